import type { Concept } from '../core/concept.ts'
import { type ConceptPhrase, lengthAt, phrasesAt, type Vocabulary } from './concept-phrases.ts'
import { type Side, SPEAKERS, THINGS, wordSet } from './things.ts'

/** Concepts that words ask for, each once, and those that they rule out. */
export interface Named {
  concepts: Concept[]
  not: Concept[]
}

/**
 * Which concepts words ask for, together: "all refusals", "show me where the assistant declined", "jailbreaks that were
 * answered". 'nothing' where they only say that something is looked for ("the answers that are"), null where they ask
 * for something else, also where they merely mention a concept's word: every word must be accounted for, and a deed must
 * be that of whoever speaks in the text that the concept reads ("the customer refused delivery" is about a customer).
 * @param words in lower case
 * @param bare whether a deed may stand alone, as behind "not"
 */
export function namedBy(words: readonly string[], vocabulary: Vocabulary, bare = false): Named | 'nothing' | null {
  const asked = words.slice(leadOf(words))
  const units = unitsOf(asked, vocabulary)
  const found = units.flatMap(({ phrase }) => phrase ?? [])
  const others = units.flatMap(({ at, phrase }) => (phrase === null ? [asked[at]!] : []))
  const sides = new Set(found.length === 0 ? (['any'] as const) : found.map(({ side }) => side))
  const speaking = (word: string) => [...sides].some((side) => speaks(side, word))
  for (const [i, { at, phrase }] of units.entries()) {
    if (phrase !== null) continue
    const word = bareWord(asked[at]!)
    const before = units[i - 1]?.phrase ?? null
    // "medical data model" is a kind of model
    const compound = SINGLE.has(word) && before !== null && !before.deed
    const known = FILLERS.has(word) || THINGS.has(word) || OBJECTS.has(word) || (speaking(word) && !compound)
    if (!known && !fitsBefore(asked, at, units[i + 1]?.phrase ?? null) && !helps(asked, at, found)) return null
  }
  if (found.length === 0) return 'nothing'
  const meant = new Set(found.map(({ concept }) => concept))
  // either of two concepts is no question that is understood
  if (meant.size > 1 && others.some((word) => word === 'and' || word === 'or')) return null
  const names = found.filter(({ deed }) => !deed)
  if (names.length > 0 && DEFINING.test(asked.join(' '))) return null
  const speakers = others.map(bareWord).filter(speaking)
  const named: Named = { concepts: [], not: [] }
  for (const { phrase, opposite } of units) {
    if (phrase === null) continue
    const { concept, deed, side, told, loose } = phrase
    const of = others.map(bareWord).some((word) => told.has(word))
    const own = loose ? of : speakers.some((word) => speaks(side, word))
    const free = speakers.length === 0 && (names.length > 0 || bare || of)
    if (deed && !own && !free) return null
    if (opposite && names.length === 0) return null
    const [list, other] = opposite ? [named.not, named.concepts] : [named.concepts, named.not]
    if (other.includes(concept)) return null
    if (!list.includes(concept)) list.push(concept)
    if (phrase.without !== undefined && !opposite) named.not.push(phrase.without)
  }
  return named.concepts.some((one) => named.not.includes(one)) ? null : named
}

/** Whether a word is one that may stand right before a phrase: "about" and "at" before a name. */
function fitsBefore(words: readonly string[], at: number, next: ConceptPhrase | null): boolean {
  if (next === null || next.deed) return false
  return ABOUT.has(words[at]!) || (words[at] === 'at' && ASKING.has(words[at - 1] ?? ''))
}

/** Whether a word only tells how, by whom or to whom something is said that is named elsewhere. */
function helps(words: readonly string[], at: number, found: readonly ConceptPhrase[]): boolean {
  const word = bareWord(words[at]!)
  const before = words.slice(0, at)
  if ((word === 'how' && COUNTING.has(words[at + 1] ?? '')) || (COUNTING.has(word) && before.at(-1) === 'how'))
    return true
  const asks = found.length === 0 || found.some(({ side }) => side !== 'response')
  if (asks && ASKING.has(word)) return true
  const addressing = before.findLast((one) => !ARTICLES.has(one)) ?? ''
  if (asks && SPEAKERS.response.has(word) && ADDRESSING.has(addressing)) return true
  // somebody or some text has to be named that holds it
  const holder = before.some((one) => THINGS.has(one) || OBJECTS.has(one) || speaks('any', bareWord(one)))
  return HOLDING.has(word) && holder && found.length > 0
}

/** How a request begins; adds nothing. */
const LEAD =
  /^(?:(?:hey|hi|hello|ok|okay|please) )*(?:(?:can|could|may|would) (?:you|i|we) |i(?:'d| would) like (?:to )?|i (?:want|need) (?:to )?|let me |we need (?:to )?)?(?:please )?/

function leadOf(words: readonly string[]): number {
  const lead = LEAD.exec(`${words.join(' ')} `)![0]
  return lead === '' ? 0 : lead.trim().split(' ').length
}

/** Behind "how": the answer tells a total. */
const COUNTING = wordSet('often many')

/** Words that may stand anywhere. */
const FILLERS = wordSet(
  'show list find give get search look fetch display return tell bring count see view me us for please ' +
    'all every each any whole complete full only just the a an of in our there that this these those ' +
    'where when which what who by from with within was were is are be been being has have had did does do to their its it ' +
    'containing contain contains including involving and or ' +
    'very too so simply really quite rather sometimes again still already also clearly obviously actually often always',
)
/** Whether words only say that something is looked for: "show me all events". */
export const saysNothing = (words: readonly string[]): boolean =>
  words.slice(leadOf(words)).every((word) => FILLERS.has(word) || THINGS.has(word))

/** What may be refused, or done, without the question being about something else. */
const OBJECTS = wordSet(
  'answer answering respond responding reply replying help helping assist assisting comply complying request requests ' +
    'question questions prompt prompts query queries',
)
/** How somebody asks for what a concept of prompts is about. */
const ASKING = wordSet(
  'ask asks asked asking want wants wanted wanting try tries tried trying attempt attempts attempted attempting request requested requesting',
)
/** Of what it is asked: only right before a concept's noun. */
const ABOUT = wordSet('about after')
/** Before whoever is spoken to: "users who tell the model". */
const ADDRESSING = new Set([...ASKING, ...wordSet('tell tells told telling order orders ordered get gets')])
const SINGLE = wordSet('assistant model ai bot chatbot llm agent system user customer person')
const ARTICLES = wordSet('the a an our its their')
/** What somebody does with what a text holds. */
const HOLDING = wordSet(
  'say says said saying include includes included hold holds holding gives gave giving share shares shared sharing paste pastes pasted pasting ' +
    'post posts posted posting send sends sent sending write writes wrote writing use uses used using show shows showed showing',
)
/** Deeds that are the contrary of a concept. */
const CONTRARIES: Readonly<Record<string, string>> = { answered: 'refusal', complied: 'refusal', fulfilled: 'refusal' }
/** "What is a refusal", "is this a refusal": about the word, not the events. */
const DEFINING = /^(?:what )?(?:is|was|are|were|do|does|did)\b/

const bareWord = (word: string) => word.replace(/'s$/, '')

const speaks = (side: Side, word: string): boolean =>
  side === 'any' ? SPEAKERS.prompt.has(word) || SPEAKERS.response.has(word) : SPEAKERS[side].has(word)

/** A word, or the words that are a phrase of a concept. */
export interface ConceptUnit {
  at: number
  length: number
  /** Null for a word that is nothing of the kind. */
  phrase: ConceptPhrase | null
  opposite: boolean
}

/** Words cut into phrases of concepts, the longest at each place, and single words. */
export function unitsOf(words: readonly string[], vocabulary: Vocabulary): ConceptUnit[] {
  const units: ConceptUnit[] = []
  for (let at = 0; at < words.length; ) {
    const unit = unitAt(words, at, vocabulary)
    units.push(unit)
    at += unit.length
  }
  return units
}

function unitAt(words: readonly string[], at: number, vocabulary: Vocabulary): ConceptUnit {
  const unit: ConceptUnit = { at, length: 0, phrase: null, opposite: false }
  for (const phrase of phrasesAt(vocabulary, words, at)) {
    const length = lengthAt(phrase, words, at)
    if (length <= unit.length) continue
    if (!phrase.loose || !goesOn(words, at, length, vocabulary)) Object.assign(unit, { length, phrase })
  }
  if (unit.phrase !== null) return unit
  const word = words[at]!
  const contrary = Object.hasOwn(CONTRARIES, word) ? CONTRARIES[word] : undefined
  const concept = vocabulary.find((one) => one.concept.name === contrary)?.concept
  if (concept === undefined) return { ...unit, length: 1 }
  const phrase = { concept, tokens: [word], deed: true, side: 'response', told: THINGS, loose: false } as const
  return { at, length: 1, phrase, opposite: true }
}

/** Whether a phrase begins within another and ends behind it. */
const goesOn = (words: readonly string[], at: number, length: number, vocabulary: Vocabulary): boolean =>
  words
    .slice(at + 1, at + length)
    .some((_, i) =>
      phrasesAt(vocabulary, words, at + 1 + i).some((phrase) => lengthAt(phrase, words, at + 1 + i) > length - 1 - i),
    )
