import { matchesAt } from '../places.ts'

/** How a name speaks of a secret: `surely` (a password), `likely` (an API key), `perhaps` (any key). */
export type Trust = 'surely' | 'likely' | 'perhaps'

export interface SecretName {
  start: number
  /** After the last character of the name. */
  end: number
  trust: Trust
}

const SURE =
  'passw(?:or)?d|passwort|pass[_ -]?phrase|passcode|pwd|secret|kennwort|contrase[ñn]a|mot de passe|senha|wachtwoord|lösenord|парол[ья]|密码|パスワード'
const MAYBE = 'token|credential|creds|signature|webhook|connection[_ ]?string|crumb|key|sig|pass|pat|auth|access|api'
const CORE = new RegExp(`(${SURE})|${MAYBE}`, 'gi')
/** What each of them begins with, so that it is tried there alone; those of other scripts are searched for. */
export const NAME_PLACES: readonly string[] = [
  ...['pass', 'pwd', 'secret', 'kennwort', 'contrase', 'mot de passe', 'senha', 'wachtwoord', 'lösenord', 'token'],
  ...['credential', 'creds', 'sig', 'webhook', 'connection', 'crumb', 'key', 'pat', 'auth', 'access', 'api'],
]
const ELSEWHERE = ['парол', '密码', 'パスワード']
const CORE_AT = new RegExp(CORE.source, 'iy')
const TAIL = /[\w-]{0,32}/y

/** In front of `key`: what makes it one that opens something. */
const OPENING =
  /(?:api|access|secret|license|pre-?shared|account|auth|shared|private|preshared|encryption|signing|master|licen[sc]e|service|app|application|consumer|subscription|deploy|storage|session|stream|insert|admin|root|user|client|device|partner|developer|dev|prod|test|live|write|read|functions?|webhook|unseal|server|host|provision\w{0,12})[_ -]?$/i
const LETTER_BEFORE = /[A-Za-z0-9]$/
/** A name that ends so is about a secret and not one. */
const ABOUT =
  /(?:count|type|url|uri|name|len(?:gth)?|size|limit|budget|polic(?:y|ies)|field|file|path|expir\w*|usage|per|at|endpoint|hint|label|form|page|link|reset|strength|input|output|prompt|cost|price|rate|provider|manager|ring|board|_?ids?|index|hash|version|status|state|error|message|s_(?:in|out|used|left|max|min|total|cached)|iz(?:er|ation)\w*|less|map|set|list|pair|frame|code|press|down|up|word)$/i

/**
 * The names in a text that speak of a secret, in order.
 * @param places where the literals of `NAME_PLACES` begin, ascending; searched for where they are left out
 */
export function* secretNames(text: string, places?: readonly number[]): Generator<SecretName> {
  const known = places !== undefined && !ELSEWHERE.some((word) => text.includes(word))
  for (const found of known ? matchesAt(text, places, CORE_AT) : text.matchAll(CORE)) {
    const start = found.index
    const coreEnd = start + found[0].length
    TAIL.lastIndex = coreEnd
    const tail = TAIL.exec(text)?.[0] ?? ''
    if (tail !== '' && ABOUT.test(tail)) continue
    const trust = found[1] === undefined ? trustIn(found[0].toLowerCase(), text, start, tail) : 'surely'
    if (trust !== null) yield { start, end: coreEnd + tail.length, trust }
  }
}

function trustIn(core: string, text: string, start: number, tail: string): Trust | null {
  const before = text.slice(Math.max(0, start - 20), start)
  if (core === 'key')
    return OPENING.test(before) ? 'likely' : /^s?$/.test(tail) || /^[_-]/.test(tail) ? 'perhaps' : null
  if (core === 'pass')
    return /^[a-z]/i.test(tail) ? null : /[_-]$/.test(before) ? 'surely' : LETTER_BEFORE.test(before) ? null : 'likely'
  if (core === 'access' || core === 'api') return LETTER_BEFORE.test(before) || /^[a-z]/i.test(tail) ? null : 'perhaps'
  if (core === 'auth' && /^[_-]/.test(tail)) return 'perhaps'
  if (core === 'pat') return tail === '' && !/[A-Za-z0-9]$/.test(before) ? 'likely' : null
  if (core === 'auth' || core === 'sig') return tail === '' && !LETTER_BEFORE.test(before) ? 'likely' : null
  return 'likely'
}
