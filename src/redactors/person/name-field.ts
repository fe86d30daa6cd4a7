import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Hit, Rule } from '../rule.ts'
import { canonicalName, FULL_NAME, isGivenName, NAME, nameLength } from './name-words.ts'

/** Between the name of a field and its value: `: `, `": "`, ` = '`, `:** `. */
const IS = '(?:["\'’*]{0,3}[ \\t]{0,4}(?:[:=]|=>)[*]{0,2}[ \\t]{0,8}["\'“]{0,2})'
/** What makes `name` that of a person, and nothing else. */
const WHOSE =
  'first|last|full|given|family|middle|maiden|sur|fore|customer|client|patient|employee|contact|applicant|candidate|student|passenger|guest|card ?holder|account ?holder|recipient|beneficiary|sender|insured|tenant|owner|author|manager|doctor|physician|teacher|parent|guardian|spouse'
/** `first_name: `, `"customerName": "`, `PATIENT NAME: ` */
const PERSONAL = pattern(`(?:[Nn]ame|NAME)(?<=(?<![a-z\\d])(?:${WHOSE})(?:[ _-]?full)?[ _-]?name)s?${IS}`, 'iy')
const ELSEWHERE = pattern(
  `(?<![\\p{L}\\p{N}])(?:[Vv]orname|[Nn]achname|[Ff]amilienname|[Nn]om(?: de famille)?|[Pp]rénom|[Nn]ombre(?: completo)?|[Aa]pellidos?|[Cc]ognome|[Aa]chternaam|[Vv]oornaam|[Nn]azwisko) ?${IS}`,
  'uy',
)
const VALUE = pattern(NAME, 'uy')
/** What stands in such a field where no name does: types, hints, nothing. */
const FILLER =
  /^(?:strings?|str|text|varchar\d*|char|null|none|nil|undefined|unknown|n\/a|required|optional|examples?|test|enter|your|the|first|last|full|names?|fields?|columns?|types?|int(?:eger)?|inputs?|values?|true|false|users?|admin|customers?|please|not|anonymous|redacted|object|any)(?!\p{L})/iu
/** Roles, whose name needs two words, and to be one at first sight or stand in a form. */
const ROLES =
  '[Pp]atient|[Cc]ustomer|[Cc]lient|[Ee]mployee|[Cc]ontact(?: person)?|[Aa]pplicant|[Cc]andidate|[Rr]ecipient|[Bb]eneficiary|[Ss]ender|[Aa]ttn|[Aa]ttention|[Cc]ardholder|[Ss]igned|[A-Za-z]{4,10}(?:ed|te) [Bb]y|[Aa]ssigned to|[Ff]rom|[Tt]o|[Cc]c|[Nn]ame|NAME|[Uu]ser|[Bb]ill(?:ed)? to|[Ss]hip(?:ped)? to|[Ss]old to|[Ee]mergency [Cc]ontact|[Nn]ext of kin'
const ROLE = pattern(
  `:(?<=(?<![\\p{L}\\p{N}_])(?:${ROLES})["'*]{0,3}[ \\t]{0,4}:)[*]{0,2}[ \\t]{0,8}["'“]{0,2}(${FULL_NAME})`,
  'gu',
)
const ASSIGNED = pattern(`[Nn]ame ?= ?["']?(${FULL_NAME})`, 'uy')
/** `signed by Ada Nowak`, without a mark between. */
const BY = pattern(`(?<!\\p{L})(?:[Ss]igned|[Ww]itnessed|[Nn]otari[sz]ed) by[ \\t](${FULL_NAME})`, 'uy')
/** Where all of these begin, but for those of roles. */
const PLACES = [
  ['name'],
  [
    'vorname',
    'nachname',
    'familienname',
    'nom',
    'prénom',
    'nombre',
    'apellido',
    'cognome',
    'achternaam',
    'voornaam',
    'nazwisko',
  ],
  ['signed by', 'witnessed by', 'notarised by', 'notarized by'],
]
const cluesOf = cluesIn(PLACES)
/** In front of the address in the head of an e-mail: `Ada Nowak <ada@…`; the address may be a placeholder by now. */
const MAILBOX = pattern(`(?<![\\p{L}\\p{N}])(${FULL_NAME})["']?[ \\t]$`, 'u')
const MAILBOX_REACH = 80
/** Beneath or above `Name:` in a form about a person. */
const FORM =
  /(?:^|\n)[ \t>*_-]{0,8}(?:address|phone|telephone|tel|mobile|e-?mail|date|dob|birth ?date|date of birth|age|gender|sex|ssn|occupation|nationality)[*_]{0,3} ?:/i
const AROUND = 160

/** Values of fields that hold the name of a person, and of roles in forms. */
export const nameField: Rule = {
  name: 'name-in-field',
  type: 'PERSON',
  anchors: [
    ...[
      'name:',
      'name"',
      "name'",
      'name=',
      'name =',
      'name  ',
      'name :',
      'names:',
      'name*',
      'names"',
      'name\t',
      'nom:',
      'nom :',
    ],
    ...[
      'nombre:',
      'apellido',
      'cognome',
      'naam:',
      'nazwisko',
      'completo:',
      'famille',
      'patient:',
      'customer:',
      'client:',
    ],
    ...[
      'employee:',
      'contact:',
      'person:',
      'applicant:',
      'candidate:',
      'recipient:',
      'beneficiary:',
      'sender:',
      'attn:',
    ],
    ...[
      'attention:',
      'holder:',
      'signed by',
      'signed:',
      ' by:',
      'from:',
      'to:',
      'cc:',
      'user:',
      'kin:',
      'witnessed by',
      ' <',
    ],
    ...[
      'patient"',
      'customer"',
      'client"',
      'employee"',
      'contact"',
      'sender"',
      'recipient"',
      'user"',
      'by*',
      'to*',
      'patient*',
    ],
  ],
  places: PLACES,
  canonical: canonicalName,
  find(text, hit, { places } = cluesOf(text)) {
    for (const [group, form] of [PERSONAL(), ELSEWHERE()].entries()) {
      for (const { 0: label, index } of matchesAt(text, places(group), form)) {
        VALUE().lastIndex = index + label.length
        const value = VALUE().exec(text)?.[0] ?? ''
        const length = FILLER.test(value) ? 0 : nameLength(value, 1, 2)
        if (length > 0) hit(index + label.length, index + label.length + length, 0.9)
      }
    }
    for (const [form, found] of [
      [ROLE(), text.matchAll(ROLE())],
      [ASSIGNED(), matchesAt(text, places(0), ASSIGNED())],
      [BY(), matchesAt(text, places(2), BY())],
    ] as const) {
      for (const { 0: all, 1: name = '', index } of found) {
        const start = index + all.length - name.length
        const length = nameLength(name, 2)
        if (length === 0) continue
        const [first = ''] = name.split(' ')
        if (form === BY() || isGivenName(first) || inForm(text, index, start + length)) hit(start, start + length, 0.8)
      }
    }
    mailboxes(text, hit)
  },
}

function mailboxes(text: string, hit: Hit): void {
  for (let at = text.indexOf(' <'); at !== -1; at = text.indexOf(' <', at + 2)) {
    if (!/^(?:[^\s<>]{1,64}@|\uFFFC)/.test(text.slice(at + 2, at + 68))) continue
    const from = Math.max(0, at + 1 - MAILBOX_REACH)
    const found = MAILBOX().exec(text.slice(from, at + 1))
    const name = found?.[1] ?? ''
    if (found !== null && nameLength(name, 2) === name.length)
      hit(from + found.index, from + found.index + name.length, 0.8)
  }
}

const inForm = (text: string, start: number, end: number): boolean =>
  FORM.test(text.slice(end, end + AROUND)) || FORM.test(text.slice(Math.max(0, start - AROUND), start))
