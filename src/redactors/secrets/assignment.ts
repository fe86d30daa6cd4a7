import { holdsPlaceholder } from '../placeholder.ts'
import type { Hit, Rule } from '../rule.ts'
import { isAssignedSecret, standsAlone } from './assigned-value.ts'
import { type AssignmentJoint, assignmentJointAt } from './assignment-joint.ts'
import { NAME_PLACES, type SecretName, secretNames, type Trust } from './secret-name.ts'
import { isPredicate } from './spoken-predicates.ts'
import { isStandIn, looksRandom } from './strength.ts'

const OPEN = /(?:[bfnru]{1,2}|new\s\w{1,16}\(|@)?(\\{0,3}["'`])/iy
/** Up to a blank, a quote, or a mark behind which the next setting begins. */
const UNIT =
  '(?:[^\\s"\'`<>,;&\\\\]|&(?![\\w.%-]{1,40}=)|;(?=[^\\s;])(?![\\w .-]{1,40}=)|,(?=[^\\s"\'`,])(?![\\w.-]{1,40}=)|\\\\(?![nrt"\'`]))'
/** What is judged of a bare value, and what more belongs to it where it is taken: a rejected one costs little, however long. */
const BARE = new RegExp(`${UNIT}{1,128}`, 'y')
const REST = new RegExp(`${UNIT}+`, 'y')
const LONGEST = 1024
/** Members of a list that are looked at. */
const MEMBERS = 64
const NEXT_MEMBER = /\\{0,3}["'`]\s{0,8},\s{0,24}/y
/** In front of a name that is a value itself, or that of an element. */
const VALUE_ITSELF = /[:=]\s{0,4}\\{0,3}["'`]?[\w.-]{0,40}$|<[\w:.-]{0,32}$/
/** Statements in which a blank stands between name and value. */
const SET_BY_BLANK = /(?:^|[\r\n])[ \t]{0,8}(?:ENV|setenv)[ \t]{1,4}[\w.-]{0,40}$/
/** A vendor's form says more than a weak name. */
const SCORE: Readonly<Record<Trust, number>> = { surely: 1, likely: 0.75, perhaps: 0.75 }
/** Headers of HTTP that open a door whatever they hold. */
const HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$/i

/**
 * A secret by its name: `password=…`, `"api_key": "…"`, YAML, URL queries, connection strings, XML, shell options,
 * arguments of a call. After the name of a password nearly any value counts; after a weaker name it must look generated.
 * Masks, templates, variables, types and plain words in code are left.
 */
export const assignment: Rule = {
  name: 'assigned-secret',
  type: 'SECRET',
  anchors: [
    ...[
      'passw',
      'passp',
      'pass_',
      'pass-',
      'passc',
      'pass ',
      'pass=',
      'pass:',
      'pass"',
      "pass'",
      'pwd',
      'secret',
      'kennwort',
    ],
    ...['contrase', 'de passe', 'senha', 'wachtwoord', 'senord', 'token', 'key', 'credential', 'signature', 'webhook'],
    ...[
      'sig=',
      'sig"',
      'pat=',
      'pat ',
      'pat"',
      'pat:',
      'auth"',
      'auth=',
      'auth:',
      "auth'",
      'auth ',
      'auth_',
      'auth-',
      'access',
      'api',
      'creds',
      'crumb',
      'connection',
      '\\u00',
    ],
  ],
  places: [NAME_PLACES],
  find(text, hit, clues) {
    let from = 0
    for (const name of secretNames(text, clues?.places(0))) {
      if (name.start >= from) from = assigned(text, name, hit) ?? from
    }
  },
}

/** Whether a field with this name may hold a secret. */
export const isSecretName = (name: string): boolean => HEADER.test(name) || !secretNames(name).next().done

/** Whether the value of a field with this name is a secret: `password`, `client_secret`, `X-Api-Key`. */
export function isSecretField(name: string, value: string): boolean {
  if (value.length > LONGEST) return false
  if (HEADER.test(name)) return value.length >= 8 && !holdsPlaceholder(value) && !isStandIn(value)
  for (const { trust } of secretNames(name)) if (isAssignedSecret(value, name, trust, true)) return true
  return false
}

/** Reports what is assigned to a name; its end, or null where there is none. */
function assigned(text: string, { start, end, trust }: SecretName, hit: Hit): number | null {
  const joint = assignmentJointAt(text, end)
  if (joint === null) return null
  const at = end + joint.text.length
  const before = text.slice(Math.max(0, start - 80), start)
  const place = placeOf(joint, before, text[at] ?? '')
  if (place === null) return null

  // a block of credentials holds literals, whatever they say
  const name = /\bcredentials\s{0,4}\{[^}]*$/.test(before) ? '' : text.slice(start, end)
  const quotation = quotedAt(text, at)
  if (quotation !== null) {
    if (joint.form === 'list') return listed(text, quotation, name, trust, hit)
    const [from, close] = quotation
    const value = text.slice(from, close)
    // the key of a dictionary whose value comes next
    if (trust === 'perhaps' && /^.{1,3}\s{0,4}value\s?=/.test(text.slice(close, close + 16))) return null
    if (!isAssignedSecret(value, name, trust, true) || (isSaid(joint) && isSaying(value))) return null
    hit(from, close, SCORE[trust])
    return close
  }
  if (joint.form === 'assigned' && (joint.text.includes(',') || isSaid(joint))) return null
  BARE.lastIndex = at
  const run = BARE.exec(text)?.[0] ?? ''
  const value = trimmed(run)
  if (!isAssignedSecret(value, name, trust, false)) return null
  const after = text.slice(at + value.length, at + value.length + 24)
  if (trust === 'surely' && place !== 'command' && !standsAlone(value, joint.text, before, after)) return null
  REST.lastIndex = at + run.length
  const rest = value === run ? (REST.exec(text)?.[0] ?? '') : ''
  const close = rest === '' ? at + value.length : at + run.length + trimmed(rest).length
  hit(at, close, SCORE[trust])
  return close
}

/** Reports the members of a list, from the first on, that look generated: rules and words about a secret stand in lists too. */
function listed(text: string, first: Quotation, name: string, trust: Trust, hit: Hit): number | null {
  let last: number | null = null
  let member: Quotation | null = first
  for (let n = 0; member !== null && n < MEMBERS; n++) {
    const [from, close]: Quotation = member
    const value = text.slice(from, close)
    if (isAssignedSecret(value, name, trust, true) && looksRandom(value) && !/^\w+:/.test(value)) {
      hit(from, close, SCORE[trust])
      last = close
    }
    NEXT_MEMBER.lastIndex = close
    const joint = NEXT_MEMBER.exec(text)?.[0]
    member = joint === undefined ? null : quotedAt(text, close + joint.length)
  }
  return last
}

type Quotation = readonly [from: number, close: number]

/** What stands in quotes from an offset on, without them; null where none open there. */
function quotedAt(text: string, at: number): Quotation | null {
  OPEN.lastIndex = at
  const open = OPEN.exec(text)
  if (open === null) return null
  const from = at + open[0].length
  return [from, closing(text, from, open[1] as string)]
}

/** Whether words of a sentence join a value to its name: `is`, `was`. */
const isSaid = ({ form, text }: AssignmentJoint): boolean =>
  form === 'assigned' && /[a-z]/i.test(text) && !text.startsWith('>')

/** Whether a quotation says something about a secret: "too short". */
const isSaying = (value: string): boolean => value.split(/\s+/).every((word) => isPredicate(word, true))

/** Where a name and its value stand, so far as that decides: a bare blank joins only the option of a command, the line of a login file, or a statement to its value; a closing bracket only a tag; a path holds no names. */
function placeOf({ form, text: joint }: AssignmentJoint, before: string, next: string): 'command' | 'text' | null {
  if (form === 'paired') return VALUE_ITSELF.test(before) ? 'text' : null
  if (form !== 'assigned') return 'text'
  if (/^[ \t]{1,4}$/.test(joint) && SET_BY_BLANK.test(before)) return 'command'
  if (/(?:^|[\s"'`([{])--?[\w-]{0,32}$/.test(before) || /\blogin\s{1,4}\S{1,64}\s{1,4}$/.test(before)) return 'command'
  // the name is a value itself, and the next setting follows
  if (joint.includes(',') && /[:=]\s{0,4}["'`]$/.test(before)) return null
  if (joint.startsWith('(')) return /(?:\bset_?|\bwith_?|\.)$/i.test(before) ? 'text' : null
  if (joint.trim() === '') return /["'`]/.test(next) && /(?:^|[\r\n;{])[\t ]*$/.test(before) ? 'text' : null
  if (joint.startsWith('>')) return /<[\w:.-]{0,32}$/.test(before) ? 'text' : null
  return joint !== '=' && /\/[\w-]{0,32}$/.test(before) && !/[?&]/.test(before) ? null : 'text'
}

/** End of a quoted value: its closing mark on the same line, an escaped one skipped; else the end of the line. */
function closing(text: string, from: number, mark: string): number {
  const last = Math.min(text.length, from + LONGEST)
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
  for (; end > 1 && /[.,;:!?)\]}]/.test(value[end - 1] as string); end--) {
    const opens = { ')': '(', ']': '[', '}': '{' }[value[end - 1] as string]
    if (opens !== undefined && value.includes(opens)) break
  }
  return value.slice(0, end)
}
