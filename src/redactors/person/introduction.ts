import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import type { Rule } from '../rule.ts'
import { canonicalName, isGivenName, isOtherWord, isSeveral, NAME, nameLength } from './name-words.ts'

/** What says outright that a name follows. */
const LEADS = [
  "[Mm]y (?:(?:full|first|last|real|legal|given|family|maiden|middle) )?name(?: is|['’]s|:)",
  "(?:[Hh]is|[Hh]er|[Tt]heir|\\p{L}['’]s) (?:full|first|last|real|legal|maiden|middle) name (?:is|was)",
  "(?:account|partner['’]s|wife['’]s|husband['’]s|spouse['’]s|child['’]s|son['’]s|daughter['’]s) name(?: is|:)?",
  '(?:full|first|last|maiden) name\\?',
  'name on (?:the|my|your) (?:account|card|passport|licen[cs]e|policy|booking|reservation)(?: is|:|\\?)(?: (?:[Uu]ser|[Cc]ustomer):)?',
  '(?:[Ee]very(?:one|body)|[Pp]eople|[Ff]riends|[Tt]hey) calls? me',
  ...[
    '[Mm]ein Name ist',
    '[Ii]ch hei(?:ß|ss)e',
    "[Jj]e m['’]appelle",
    '[Mm]on nom est',
    '[Mm]e llamo',
    '[Mm]i nombre es',
  ],
  ...['[Mm]i chiamo', '[Mm]eu nome é', '[Mm]ijn naam is', '[Nn]azywam się', '[Mm]it navn er', '[Jj](?:eg|ag) heter'],
]
const TITLE = '(?:(?:M(?:[rsx]|rs|iss)|Dr|Prof)\\.?[ \\t])?'
// tried at a blank in front of a capital, so that few places of a text are tried at all
const NAMED = pattern(
  `[ \\t](?=["'“]?\\p{Lu})(?<=(?<!\\p{L})(?:${LEADS.join('|')})[ \\t]{1,3})["'“]?${TITLE}(${NAME})`,
  'gu',
)
/** `here's Ada's address` */
const OWNER =
  /(?<![\p{L}'’])(\p{Lu}\p{Ll}[\p{L}-]{1,20})['’]s (?:(?:home|new|e-?mail|postal|mailing|current|phone|mobile|cell) )?(?:address|phone|number)(?!\p{L})/gu
/** In small letters, as people type: one word or two, and then an end. */
const SMALL =
  /name (?<=(?<!\p{L})(?:my (?:(?:full|first|last) )?|maiden )name )is (\p{Ll}[\p{L}'’-]{2,24}(?: \p{Ll}[\p{L}'’-]{2,24})?)(?=$|[?!.,;\n]| (?:and|but) )/gu
/** Words in small letters that follow and are no name. */
const NO_NAME =
  /(?<!\p{L})(?:not|the|an?|on|in|your|his|her|my|too|very|also|so|spelled|misspelled|wrong|incorrect(?:ly)?|listed|under|written|missing|different|still|now|always|never|just|already|appear(?:s|ing)|being|used|unknown|secret|private|confidential|what|that|this|hard|difficult|long|short|common|rare|important|same|there|here|registered|blank|mine|yours|legion|safe|protected|changed|known|correct)(?!\p{L})/u
/** Who speaks: words that also lead to anything else, so that the name has to look like one. */
const AM = pattern(
  `(?<!\\p{L})(?:I am|I['’]m|i am|i['’]m|[Ii]ch bin|[Jj]e suis|[Ss]oy|[Tt]his is|[Hh]ier ist)[ \\t](${NAME})`,
  'uy',
)
/** What only people go on with behind their name. */
const GOES_ON =
  /^(?:,? (?:speaking|calling|writing|here|originally|from|and I(?:['’]m)? |and my |and i['’]m \d|born)|, (?:a|an|the|your|I) |, (?:\d{1,2}\b|aged?\b))/u

/** What every text with a name of the first kind holds one of; where the last kind begins; what is owned. */
const PLACES = [
  [
    ...['name is', "name's", 'name’s', 'name:', 'name was', 'name?', 'account name', "'s name", '’s name', 'name on '],
    ...['call me', 'calls me', 'name ist', 'ich hei', 'appelle', 'nom est', 'me llamo', 'nombre es', 'mi chiamo'],
    ...['meu nome', 'mijn naam', 'nazywam', 'navn er', 'jeg heter', 'jag heter'],
  ],
  ['i am', "i'm", 'i’m', 'ich bin', 'je suis', 'soy', 'this is', 'hier ist'].flatMap((am) => [`${am} `, `${am}\t`]),
  [' address', ' phone', ' number'],
]
const cluesOf = cluesIn(PLACES)

/** Somebody who says who he is, or what somebody is called. */
export const introduction: Rule = {
  name: 'name-introduced',
  type: 'PERSON',
  anchors: [
    ...[
      'name is',
      'name was',
      'my name',
      "name's",
      'name?',
      'account name',
      "'s name",
      's name ',
      'name on ',
      'i am ',
      "i'm ",
    ],
    ...['this is ', 'name ist', 'ich hei', 'ich bin', 'hier ist', 'appelle ', 'nom est', 'je suis', 'me llamo'],
    ...[
      'nombre es',
      'soy ',
      "'s address",
      "'s phone",
      "'s number",
      'mi chiamo',
      'meu nome',
      'mijn naam',
      'nazywam',
      'navn er',
      'jeg heter',
      'jag heter',
    ],
  ],
  places: PLACES,
  canonical: canonicalName,
  find(text, hit, { places } = cluesOf(text)) {
    const named = places(0).length > 0
    for (const { 0: all, 1: name = '', index } of named ? text.matchAll(NAMED()) : []) {
      const start = index + all.length - name.length
      const length = nameLength(name)
      if (length > 0) hit(start, start + length, 0.9)
    }
    const owned = places(2).length > 0 && text.includes("'s ")
    for (const { 1: name = '', index } of owned ? text.matchAll(OWNER) : []) {
      const told = /[Hh]ere['’]s $|[Hh]ere is $/.test(text.slice(Math.max(0, index - 8), index)) && !isOtherWord(name)
      if (told || isGivenName(name)) hit(index, index + name.length, 0.7)
    }
    for (const { 0: all, 1: name = '', index } of named ? text.matchAll(SMALL) : []) {
      if (NO_NAME.test(name) || name.split(' ').some(isOtherWord)) continue
      const end = index + all.length
      hit(end - name.length, end, 0.7)
    }
    for (const at of places(1)) {
      AM().lastIndex = at
      const name = AM().exec(text)?.[1] ?? ''
      if (name === '') continue
      const start = AM().lastIndex - name.length
      const length = nameLength(name, isSeveral(name) ? 2 : 1)
      if (length === 0) continue
      const told = GOES_ON.test(text.slice(start + length, start + length + 24))
      const [first = '', ...more] = name.slice(0, length).split(/\s+/)
      if (isGivenName(first) ? more.length > 0 || told : more.length > 0 && told) hit(start, start + length, 0.8)
    }
  },
}
