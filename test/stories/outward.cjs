// Preloaded into every process and thread of a story: writes down each use of the network that would leave this machine.

const { appendFileSync } = require('node:fs')
const dgram = require('node:dgram')
const dns = require('node:dns')
const { syncBuiltinESMExports } = require('node:module')
const net = require('node:net')
const { isMainThread } = require('node:worker_threads')

const file = process.env.OUTWARD_FILE

const note = (what, where) =>
  appendFileSync(
    file,
    `${JSON.stringify({ what, where, pid: process.pid, argv: process.argv.slice(2), main: isMainThread })}\n`,
  )
const near = (host) =>
  host === undefined ||
  host === null ||
  /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(String(host))

note('loaded', null)

// http, https, tls, fetch and whatever a package brings along end here
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const options = typeof first === 'object' ? first : { port: first, host: args[1] }
  if (options.path === undefined && !near(options.host)) note('connect', String(options.host))
  return connect.apply(this, args)
}
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  const options = typeof args[0] === 'object' && args[0] !== null ? args[0] : { host: args[1] }
  if (options.path === undefined && (typeof options.host !== 'string' || !near(options.host)))
    note('listen', String(options.host))
  return listen.apply(this, args)
}
for (const name of ['send', 'connect', 'bind']) {
  const original = dgram.Socket.prototype[name]
  dgram.Socket.prototype[name] = function (...args) {
    note(`dgram.${name}`, null)
    return original.apply(this, args)
  }
}
for (const owner of [dns, dns.promises])
  for (const name of Object.keys(owner)) {
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof owner[name] !== 'function') continue
    const original = owner[name]
    owner[name] = function (host, ...rest) {
      if (!near(host)) note(`dns.${name}`, String(host))
      return original.call(this, host, ...rest)
    }
  }
syncBuiltinESMExports()
