import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Hit, Rule } from '../rule.ts'
import { isGenerated, isStandIn, looksRandom } from './strength.ts'

const SCHEME =
  /\b(bearer|basic|token|apikey|api-key|ssws|digest|aws4-hmac-sha256|negotiate|ntlm)(?:%20|[\s:=]{1,8})["'`]?([\w.~+/=!:%-]{8,4096})/iy
const HEADER = /\bauthorization\\?["'`]?\s{0,8}[:=,]\s{0,8}\\?["'`]?([\w.~+/=!:%@-]{8,4096})(?![\w ])/iy
/** A header of curl that is no Authorization, and Jenkins' crumb. */
const OPTION =
  /(?:\s(?:-H|--header)[= \t]{0,5}["'](?:x-[a-z-]{1,32})?(?:api-?)?(?:key|token)\s{0,4}:\s{0,8}|\bjenkins-crumb\s{0,4}[:=]\s{0,4})([\w=~@.+/-]{8,4096})/gi
const COOKIE = /\bcookie\\?["'`]?\s{0,2}:\s{0,2}\\?["'`]?([^\r\n"'`]{8,4096})/iy
const USER =
  /(?:\s|^)(?:-u|--user|--proxy-user|--basic-auth)[ =\t]{0,8}(?:"([^"\s:]{0,256}:[^"\n]{3,256})"|'([^'\s:]{0,256}:[^'\n]{3,256})'|((?:"[^"\n]{1,128}"|'[^'\n]{1,128}'|[^\s"':]{1,256}):(?:"[^"\n]{3,128}"|'[^'\n]{3,128}'|[^\s"']{3,256})))/dy
/** A key as the user of curl, with no password. */
const KEY_USER = /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =\t]{0,8}["']?([^\s"':]{8,256}):["']?(?=\s|$)/dg

/** Where these begin, but for the key of curl: schemes, headers, a blank behind which options stand. */
const PLACES = [
  ['bearer', 'basic', 'token', 'apikey', 'api-key', 'ssws', 'digest', 'aws0-hmac-sha000', 'negotiate', 'ntlm'],
  ['authorization'],
  [' -h', '\t-h', '\r-h', '\n-h', '--header', 'jenkins-crumb'],
  ['cookie'],
  ['-u', '--user', '--proxy-user', '--basic-auth'],
]
const cluesOf = cluesIn(PLACES)

/** What opens a door in an HTTP request: the value after an authorisation scheme, a bare Authorization header, cookies, and the user option of curl. */
export const authorization: Rule = {
  name: 'authorization',
  type: 'AUTHORIZATION',
  anchors: [
    'bearer',
    'authorization',
    'cookie',
    '-u',
    '--user',
    '-user',
    'ssws',
    'basic',
    '-h "',
    "-h '",
    '--header',
    'crumb',
  ],
  places: PLACES,
  find(text, hit, { places } = cluesOf(text)) {
    schemes(text, places(0), hit)
    for (const headers of [matchesAt(text, places(1), HEADER), places(2).length > 0 ? text.matchAll(OPTION) : []]) {
      for (const found of headers) {
        const value = found[1] as string
        const at = found.index + found[0].length - value.length
        if (!isStandIn(value) && looksRandom(value)) hit(at, at + value.length)
      }
    }
    for (const found of matchesAt(text, places(3), COOKIE)) {
      const value = (found[1] as string).trimEnd()
      const at = found.index + found[0].indexOf(value, 7)
      if (/^[\w.$-]{1,64}=[^\s;]{6,}/.test(value) && !/^[\w.$-]{1,64}=\uFFFC+/.test(value)) hit(at, at + value.length)
    }
    const options = places(4).filter((at) => at === 0 || /\s/.test(text[at - 1] as string))
    if (options.length === 0) return
    const blanks = options.map((at) => Math.max(0, at - 1))
    for (const found of matchesAt(text, blanks, USER)) {
      const group = found[1] !== undefined ? 1 : found[2] !== undefined ? 2 : 3
      const value = found[group] as string
      const [start, end] = found.indices?.[group] ?? [0, 0]
      const [name = '', password = ''] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)]
      // numbers of a user and his group, as docker takes them
      if (/^\d{1,6}:\d{1,6}$/.test(value) || isStandIn(password.replace(/^["']|["']$/g, ''))) continue
      if (name === password && !/\b(?:curl|http)/.test(text.slice(Math.max(0, start - 240), start))) continue
      hit(start, end)
    }
    for (const found of text.matchAll(KEY_USER)) {
      if (looksRandom(found[1] as string)) hit(...(found.indices?.[1] ?? [0, 0]))
    }
  },
}

function schemes(text: string, places: readonly number[], hit: Hit): void {
  for (const found of matchesAt(text, places, SCHEME)) {
    const [all, scheme = '', value = ''] = found
    const at = found.index + all.length - value.length
    if (isStandIn(value)) continue
    const announced = /authorization\\?["'`]?\s{0,8}[:=,]?\s{0,8}\\?["'`]?$/i.test(
      text.slice(Math.max(0, found.index - 48), found.index),
    )
    const kind = scheme.toLowerCase()
    const credible =
      (kind === 'bearer' && looksRandom(value)) ||
      (kind === 'basic' && isUserAndPassword(value)) ||
      (announced && (looksRandom(value) || isGenerated(value) || /[+/=]/.test(value) || value.length >= 16))
    if (credible) hit(at, at + value.replace(/[.,:!]+$/, '').length)
  }
}

/** True where base64 holds what Basic authentication sends (RFC 7617): a name, a colon, a password. */
function isUserAndPassword(value: string): boolean {
  if (!/^[A-Za-z0-9+/]{8,1024}={0,2}$/.test(value) || value.length % 4 === 1) return false
  return /^[\x20-\x7e]{0,256}:[\x20-\x7e]{1,512}$/.test(Buffer.from(value, 'base64').toString('latin1'))
}
