import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aFolder, child, cli, discard, served } from './served.ts'

interface Use {
  what: string
  where: string | null
  pid: number
  /** Of the main thread; a thread has none. */
  argv: string[]
  main: boolean
}

const event = (n: number) => ({
  event_id: `n${n}`,
  timestamp: new Date(Date.now() - (30 + n) * 3_600_000).toISOString(),
  event_type: 'llm.completion',
  user_id: `u${n % 3}`,
  prompt: `Please read https://docs.example.com/page/${n} and mail me@example.net`,
  response: n % 4 === 0 ? 'Sorry, I cannot open that page.' : 'It says hello.',
  tokens_output: n,
})

it('no process and no thread reaches out of this machine, whatever it is asked to do', async () => {
  const dataDir = aFolder()
  const file = join(dataDir, '..', 'outward.jsonl')
  const env = {
    OUTWARD_FILE: file,
    NODE_OPTIONS: `--require ${join(import.meta.dirname, 'outward.cjs')}`,
    // a proxy that somebody has set for other programs is no reason to speak to it
    HTTPS_PROXY: 'http://proxy.example.com:3128',
    HTTP_PROXY: 'http://proxy.example.com:3128',
  }
  const uses = () =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Use)
  try {
    writeFileSync(
      join(dataDir, '..', 'log.jsonl'),
      Array.from({ length: 40 }, (_, i) => JSON.stringify(event(i))).join('\n'),
    )
    const made = cli(dataDir, ['keys', 'create', '--role', 'admin', '--json'], undefined, env)
    const { key } = JSON.parse(made.out) as { key: string }
    const service = await served(dataDir, key, [], env)
    await service.call('POST', '/v1/events', [event(100), event(101)])
    for (const name of ['embed', 'baseline', 'detect', 'digest', 'checkpoint']) await service.job(name)
    for (const path of ['/v1/search?q=all+refusals', '/v1/search?q=page', '/readyz', '/metrics', '/openapi.json', '/'])
      expect((await service.call('GET', path)).status).toBe(200)
    await service.kill()

    const commands = [
      ['import', join(dataDir, '..', 'log.jsonl')],
      ...['embed', 'detect'].map((name) => ['job', 'run', name]),
      ['search', 'all refusals'],
      ['digest'],
      ['findings'],
      ['scores'],
      ['model', 'info'],
      ['doctor', '--port', '0'],
    ]
    // some at a time: each is a start of its own
    for (let at = 0; at < commands.length; at += 4)
      await Promise.all(commands.slice(at, at + 4).map((args) => child(dataDir, args, env).ended))

    const all = uses()
    expect(all.filter((use) => use.what !== 'loaded')).toEqual([])
    // threads load it too, else their silence would prove nothing
    const { pid } = all.find((use) => use.argv[0] === 'serve')!
    const threads = all.filter((use) => !use.main && use.pid === pid)
    expect(threads.length).toBeGreaterThanOrEqual(3)
    expect(new Set(all.map((use) => use.pid)).size).toBeGreaterThan(commands.length)

    // what reaches out is seen, from a thread too: an address of the documentation range (RFC 5737), let go at once
    const reach = `const { Worker, isMainThread } = require('node:worker_threads')
      if (isMainThread) new Worker(source, { eval: true })
      fetch('https://192.0.2.1:8443', { signal: AbortSignal.timeout(2000) }).catch(() => {})
      require('node:dns').lookup('outside.invalid', () => {})`
    const thread = reach.replace('source', JSON.stringify(reach))
    spawnSync(process.execPath, ['-e', thread], { env: { ...process.env, ...env } })
    const seen = uses().filter((use) => use.what !== 'loaded')
    expect(seen.map((use) => `${use.what} ${use.where} ${use.main}`)).toEqual(
      expect.arrayContaining([
        'connect 192.0.2.1 true',
        'connect 192.0.2.1 false',
        'dns.lookup outside.invalid true',
        'dns.lookup outside.invalid false',
      ]),
    )
  } finally {
    discard(dataDir)
  }
}, 120_000)
