import type { Concept } from '../core/concept.ts'
import type { Vocabulary } from './concept-phrases.ts'
import { namedBy, saysNothing, unitsOf } from './concept-words.ts'
import type { Piece } from './question-pieces.ts'
import type { Part } from './read-question.ts'

/** A word of a question, and the piece that it stands in. */
export interface Word {
  /** In the form that is compared. */
  form: string
  piece: Piece
}

/** What plain words say. */
export interface Said {
  concepts: Concept[]
  not: { concepts: Concept[]; meanings: Word[][] }
  meaning: Word[]
  group: 'user' | null
  as: Map<Piece, Part>
}

/** Of whom a verb tells that is negated: "I don't say …" excepts nothing. */
export const PERSONS: ReadonlySet<string> = new Set('i you he she it we they'.split(' '))

/** Lower case, compatibility forms and one kind of apostrophe. */
export const formOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .toLowerCase()

/** Words of the pieces that are left; a pair that could not be read is words like any. */
export function wordsOf(pieces: readonly Piece[]): Word[] {
  return pieces.flatMap((piece) => {
    const whole = piece.kind === 'pair' ? `${piece.name}:${piece.text}` : piece.text
    const forms = formOf(whole).match(/[\p{L}\p{M}\p{N}']+/gu) ?? []
    // signs alone are kept with their neighbours
    return (forms.length === 0 ? [''] : forms).map((form) => ({ form, piece }))
  })
}

/**
 * What words ask for, and what they except. In doubt they are meaning.
 * @param beside whether something else is asked for beside them, so that they need not ask for anything themselves
 */
export function readWords(words: readonly Word[], vocabulary: Vocabulary, beside: boolean): Said {
  const [head, ...tails] = segments(words, vocabulary)
  const asked = readHead(head, vocabulary, tails.length > 0 || (beside && saysNothing(formsOf(head))))
  const said = saidBy(head, asked)
  const certain = said.concepts.length > 0
  for (const tail of tails) {
    const forms = formsOf(tail.words)
    // "not lazy": those that are lazy
    const not = namedBy(forms, vocabulary, true) ?? namedBy(['are', ...forms], vocabulary, true)
    const named = not !== null && not !== 'nothing' && not.not.length === 0 ? not.concepts : []
    const topic = tail.words.slice(tail.words.findIndex(({ form }) => !LINKING.has(form)))
    const meant = topic.length > 0 && topic.length <= MOST_WORDS && !LINKING.has(topic[0]!.form)
    // "not" says too much to be taken for an exception from just anything
    const about = meant && (certain || (tail.strong && asked.meaning.length > 1))
    const whole = tail.strong || certain || asked.meaning.length === 0
    if (named.length === 1 && whole) said.not.concepts.push(named[0]!)
    else if (about) said.not.meanings.push(topic)
    else return saidBy(words, readHead(words, vocabulary, false))
    for (const { piece } of tail.all) said.as.set(piece, 'not')
  }
  return said
}

function saidBy(words: readonly Word[], { concepts, not, meaning, group, as }: Asked): Said {
  const parts = new Map<Piece, Part>(
    words.map(({ piece }) => [piece, group !== null && concepts.length === 0 ? 'group' : as]),
  )
  for (const { piece } of meaning) parts.set(piece, 'meaning')
  return { concepts, not: { concepts: [...not], meanings: [] }, meaning, group, as: parts }
}

/** More words than these name no subject. */
const MOST_WORDS = 8

interface Asked {
  concepts: Concept[]
  not: Concept[]
  meaning: Word[]
  group: 'user' | null
  as: Part
}

/** What is asked for, before anything is excepted. */
function readHead(words: readonly Word[], vocabulary: Vocabulary, beside: boolean): Asked {
  const nothing = { concepts: [], not: [], group: null }
  const forms = formsOf(words)
  const named = namedBy(forms, vocabulary)
  const who = WHO.exec(`${forms.join(' ')} `)?.[0] ?? ''
  const group = who === '' ? null : 'user'
  if (named !== null && named !== 'nothing')
    return { concepts: named.concepts, not: named.not, meaning: [], group, as: 'concept' }
  if (named === 'nothing' && beside && words.some(({ form }) => form !== ''))
    return { ...nothing, meaning: [], as: 'concept' }
  const about = forms.findIndex((form, i) => i > 0 && TOPIC.has(form))
  if (about > 0 && about < words.length - 1) {
    const left = namedBy(forms.slice(0, about), vocabulary)
    if (left !== null && left !== 'nothing' && left.concepts.length > 0) {
      const skipped = forms.slice(about + 1).findIndex((form) => !LINKING.has(form))
      const meaning = words.slice(about + 1 + Math.max(0, skipped))
      return { concepts: left.concepts, not: left.not, meaning, group, as: 'concept' }
    }
  }
  const lead = who.trim() === '' ? 0 : who.trim().split(' ').length
  if (group !== null && lead < words.length) return { ...nothing, meaning: words.slice(lead), group, as: 'group' }
  return { ...nothing, meaning: [...words], as: 'meaning' }
}

/** Asks for persons, and for what they did. */
const WHO =
  /^(?:who|(?:which|what) (?:users?|customers?|people|persons?))(?:'s| (?:has|have|is|are|was|were|did|keeps?))? (?:been )?(?:(?:keeps? )?(?:ask|asks|asked|asking|talk|talked|talking|inquired|inquiring|searched|searching|writes?|wrote|writing) (?:about|for|after) )?/

/** Between what is looked for and what it is about. */
const TOPIC: ReadonlySet<string> = new Set(['about', 'regarding', 'concerning', 'mentioning'])
/** Says nothing of a subject before it. */
const LINKING: ReadonlySet<string> = new Set(
  'about regarding concerning mentioning mention saying say says containing contain contains those ones the any from of to with related which that are were is was a an in on for'
    .split(' ')
    .concat(''),
)

interface Tail {
  words: Word[]
  /** With the words that except it. */
  all: Word[]
  strong: boolean
}

const STRONG = ['but not', 'and not', 'except for', 'except', 'excluding', 'other than', 'apart from', 'aside from']
const WEAK = ['not', 'without', "isn't", "aren't", "wasn't", "weren't", "don't", "doesn't", "didn't"]
type Connector = Pick<Tail, 'strong'> & { words: string[] }
const CONNECTORS: readonly Connector[] = [...STRONG, ...WEAK].map((text) => ({
  words: text.split(' '),
  strong: STRONG.includes(text),
}))

/** Words up to the first that excepts something, then each exception. No phrase of a concept ("did not answer") is cut. */
function segments(words: readonly Word[], vocabulary: Vocabulary): [Word[], ...Tail[]] {
  const forms = formsOf(words)
  const head: Word[] = []
  const tails: Tail[] = []
  for (const unit of unitsOf(forms, vocabulary)) {
    const { at } = unit
    const last = tails.at(-1)
    // a word of the connector before
    if (last !== undefined && at < words.indexOf(last.all[0]!) + last.all.length) continue
    // "and/or/except" is one word for whoever wrote it
    const apart = (one: Connector) => {
      const end = at + one.words.length
      return words[at - 1]?.piece !== words[at]!.piece && words[end]?.piece !== words[end - 1]!.piece
    }
    // "I don't know" is what somebody said
    const said = forms[at]?.includes("'") === true && PERSONS.has(forms[at - 1] ?? '')
    const connector =
      unit.phrase !== null || said
        ? undefined
        : CONNECTORS.find((one) => one.words.every((word, i) => forms[at + i] === word) && apart(one))
    if (connector !== undefined) {
      tails.push({ words: [], all: words.slice(at, at + connector.words.length), strong: connector.strong })
      continue
    }
    const own = words.slice(at, at + unit.length)
    if (last === undefined) head.push(...own)
    else {
      last.words.push(...own)
      last.all.push(...own)
    }
  }
  return [head, ...tails]
}

const formsOf = (words: readonly Word[]) => words.map(({ form }) => form)
