import type { Hit, Rule } from './rule.ts'
import { isStandIn, looksRandom } from './strength.ts'

/** Names of what is always secret. */
const STRONG =
  'passw(?:or)?ds?|(?<=[_-])pass(?![a-z])|passwort|pass[_ -]?phrase|passcode|passwd|pwd|secret|kennwort|contrase(?:ñ|n)a|mot de passe|senha|wachtwoord|lösenord|парол[ья]|密码|パスワード'
/** Names of what may be: their value must look generated. */
const WEAK =
  'token|api[_ -]?keys?|(?:access|account|auth|shared|private|public|encryption|signing|master|license|licence|service|app|application|consumer|subscription|deploy|storage|session|stream|insert|admin|root|user|client|provision\\w{0,12}|host|org|web|device|rest|partner|developer|dev|prod|test|live|write|read|fb|io|function|functions|user)[_ -]?key|credentials?|signature|\\bsig|\\bkey|\\bpat|\\bpass(?![a-z])|_pat(?![a-z])|_key|\\bauth(?=\\\\?["\']?\\s{0,3}[:=])|webhook|connection[_ ]?string'
const NAME = new RegExp(`(?:(${STRONG})|(${WEAK}))([\\w-]{0,32})`, 'giu')
/** What follows these words is about a secret, not one. */
const ABOUT =
  /(?:count|type|url|uri|name|length|len|size|limit|budget|policy|polic(?:y|ies)|field|file|path|expir\w*|usage|per|at|endpoint|hint|label|form|page|link|reset|strength|input|output|prompt|cost|price|rate|provider|manager|ring|board|word|_?ids?|index|hash|version|status|state|error|message|s?_(?:in|out|used|left|max|min|total|cached)|izer\w*|or|ors|ority|enticat\w*|oriz\w*|oris\w*)$/i
/** Between name and value: an assignment of some language, a closing tag, an option's blank, a next argument, the next attribute. */
const JOINT =
  /(?:\\{0,3}["'`\])]{1,3})?\s{0,24}(?::{1,2}=|[?!]={1,2}|\|\|=?|={1,3}>?|->|:|,(?=\s{0,4}\\{0,3}["'`])|\s(?:is|was|are|ist|est|es)(?=[\s:]{1,3}["'`])|["']?\s{1,4}value\s?=)\s{0,24}|>(?=[^\s<>])|\s{1,4}(?=[^\s-])/uy
const QUOTED = /(?:[bruf]{1,2}|new\s\w{1,16}\(|@)?(\\{0,3}["'`])/iy
const BARE =
  /(?:[^\s"'`<>,;&\\]|&(?![\w.%-]{1,40}=)|;(?=[^\s;])(?![\w .-]{1,40}=)|,(?=[^\s"'`,])(?![\w.-]{1,40}=)|\\(?![nrt"'`]))+/y
const QUOTED_MAX = 1024
const BARE_MAX = 1024

/**
 * A secret by its name: `password=…`, `"api_key": "…"`, YAML, URL queries, connection strings, XML, shell options,
 * arguments of a call. After the names of passwords nearly any value counts; after weaker names it must look generated.
 * Masks, templates, variables, types and plain words in code are left.
 */
export const assignment: Rule = {
  name: 'assigned-secret',
  type: 'SECRET',
  anchors: [
    ...[
      'passw',
      'pass',
      'pwd',
      'secret',
      'kennwort',
      'contrase',
      'senha',
      'wachtwoord',
      'token',
      'api_key',
      'api-key',
      'api key',
      'apikey',
    ],
    ...['key', 'credential', 'signature', 'sig=', 'pat', 'auth', 'webhook', 'connection'],
    ...['\\u00'],
  ],
  find(text, hit) {
    let from = 0
    for (const found of text.matchAll(NAME)) {
      if (found.index < from) continue
      const end = assigned(text, found, hit)
      if (end !== null) from = end
    }
  },
}

/** Reports the value assigned to a name; its end, or null where there is none. */
function assigned(text: string, found: RegExpExecArray, hit: Hit): number | null {
  const [all, strong, , suffix = ''] = found
  if (suffix !== '' && ABOUT.test(suffix)) return null
  const nameAt = found.index
  const nameEnd = nameAt + all.length
  JOINT.lastIndex = nameEnd
  const joint = JOINT.exec(text)?.[0]
  if (joint === undefined) return null
  const before = text.slice(Math.max(0, nameAt - 40), nameAt)
  const blank = /^\s+$/.test(joint)
  // a bare blank joins only the option of a command, the line of a login file or a statement to its value; a closing bracket only a tag
  const option = /(?:^|\s)--?[\w-]{0,32}$/.test(before)
  const login = /\blogin\s{1,4}\S{1,64}\s{1,4}$/.test(before)
  const statement =
    /^[\t ]*["'`]/.test(text.slice(nameEnd + joint.length, nameEnd + joint.length + 2)) &&
    /(?:^|[\r\n;{])[\t ]*$/.test(before)
  if (blank && !option && !login && !statement) return null
  if (/\/[\w-]{0,32}$/.test(before) && !/[?&]/.test(before)) return null
  if (joint === '>' && !/<[\w:.-]{0,32}$/.test(before)) return null

  const at = nameEnd + joint.length
  QUOTED.lastIndex = at
  const open = QUOTED.exec(text)
  if (open !== null) {
    const mark = open[1] as string
    const valueAt = at + open[0].length
    const close = closing(text, valueAt, mark)
    const value = text.slice(valueAt, close)
    if (!isSecret(value, all, strong !== undefined, true)) return null
    // the key of a dictionary whose value comes next
    if (/^key$/i.test(all) && (value.length < 20 || /^.{1,3}\s{0,4}value\s?=/.test(text.slice(close, close + 16))))
      return null
    hit(valueAt, close)
    return close
  }
  if (joint.includes(',') || /\s(?:is|was)/.test(joint)) return null
  BARE.lastIndex = at
  const run = BARE.exec(text)?.[0].slice(0, BARE_MAX)
  if (run === undefined) return null
  const value = trimmed(run)
  if (!isSecret(value, all, strong !== undefined, false)) return null
  if (
    strong !== undefined &&
    !bareIsSecret(value, joint, before, text.slice(at + value.length, at + value.length + 24), option || login)
  )
    return null
  hit(at, at + value.length)
  return at + value.length
}

/** End of a quoted value: its closing mark on the same line, an escaped one skipped; else the end of the line. */
function closing(text: string, from: number, mark: string): number {
  const last = Math.min(text.length, from + QUOTED_MAX)
  for (let i = from; i < last; i++) {
    if (text.startsWith(mark, i)) return i
    if (text[i] === '\\') i++
    else if (text[i] === '\n' || text[i] === '\r') return i
  }
  return last
}

/** Without the punctuation of the sentence or code around it. */
function trimmed(value: string): string {
  let end = value.length
  while (end > 0 && /[.,;:!?)\]}]/.test(value[end - 1] as string)) {
    const opens = { ')': '(', ']': '[', '}': '{' }[value[end - 1] as string]
    if (opens !== undefined && value.slice(0, end).includes(opens)) break
    end--
  }
  return end === 0 ? value : value.slice(0, end)
}

function isSecret(value: string, name: string, strong: boolean, quoted: boolean): boolean {
  if (value.length < (strong ? (quoted ? 3 : 4) : 8) || isStandIn(value.trim())) return false
  if (value.toLowerCase() === name.toLowerCase()) return false
  // code that fetches it, a place where it lies, a sentence about it
  if (/^[A-Za-z_$][\w$]*(?:(?:\.|->|::)[\w$]+){0,8}[([]/.test(value)) return false
  if (/^(?:https?:\/\/|\.{0,2}\/[a-z]|arn:)/i.test(value) && !/[?&=]/.test(value)) return false
  if (quoted && /^#[A-Za-z][\w-]*$/.test(value)) return false
  if (strong)
    return (
      !quoted || (!/^\S+(?:\s+\S+){3,}$/.test(value) && !/^\s|^[A-Za-z ]+[:?]$|^[,;)]|^[.+]\s?\$?\w+[[(.]/.test(value))
    )
  if (/\s/.test(value) || (/^\w+(?:\.[a-z_]\w*)+$/i.test(value) && !/\d/.test(value))) return false
  return looksRandom(value)
}

/** Whether a value without quotes is one, and not a variable, a type or the next word of a sentence. */
function bareIsSecret(value: string, joint: string, before: string, after: string, option: boolean): boolean {
  if (/^[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+$/.test(value) && !/\d/.test(value)) return false
  if (/^\d+$/.test(value)) return value.length >= 4 && !/\.\d/.test(after)
  const plain = /^[A-Za-z_]+$/.test(value)
  if (!plain || option) return /[A-Za-z0-9]/.test(value)
  // letters alone: a setting on its own line or in a list of settings, not the argument or variable of a program
  if (/\s/.test(joint.replace(/\s+$/, '')) || (/=\s/.test(joint) && !/:/.test(joint))) return false
  if (/[(,]\s*\w*$/.test(before) && /^\s*[,)]/.test(after)) return false
  return /^(?:\s*(?:$|[\r\n]|#|\/\/)|[;&"'`<,}]|\s\w+=)/.test(after)
}

/** Whether the value of a field with this name is a secret: `password`, `client_secret`, `X-Api-Key`. */
export function isSecretField(name: string, value: string): boolean {
  NAME.lastIndex = 0
  const found = NAME.exec(name)
  if (found === null || (found[3] !== '' && ABOUT.test(found[3] as string)) || value.length > QUOTED_MAX) return false
  return isSecret(value, found[0], found[1] !== undefined, true)
}
