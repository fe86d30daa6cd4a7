import type { Concept } from '../core/concept.ts'
import { phrasesOf } from './inflect.ts'

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
  const found = units.filter((unit) => unit.concepts.length > 0)
  const others = units.filter((unit) => unit.concepts.length === 0).map((unit) => asked[unit.at]!)
  const among = found.length === 0 ? vocabulary.map(({ concept }) => concept) : found.flatMap((unit) => unit.concepts)
  for (const [i, unit] of units.entries()) {
    if (unit.concepts.length > 0) continue
    const word = bareWord(asked[unit.at]!)
    const next = units[i + 1]
    const how = (word === 'how' && asked[unit.at + 1] === 'often') || (word === 'often' && asked[unit.at - 1] === 'how')
    const about = ABOUT.has(word) && next !== undefined && next.concepts.length > 0 && !next.deed
    const asking = ASKING.has(word) && among.some(({ reads }) => reads !== 'response')
    const spoken = among.some((concept) => speaks(concept, word))
    if (!FILLERS.has(word) && !THINGS.has(word) && !OBJECTS.has(word) && !how && !about && !asking && !spoken)
      return null
  }
  if (found.length === 0) return 'nothing'
  // either of two concepts is no question that is understood
  if (found.length > 1 && others.some((word) => word === 'and' || word === 'or')) return null
  const names = found.filter((unit) => !unit.deed)
  if (names.length > 0 && DEFINING.test(asked.join(' '))) return null
  const things = others.some((word) => THINGS.has(word))
  const named: Named = { concepts: [], not: [] }
  for (const { concepts: meant, deed, opposite } of found) {
    const concept = meant[0]!
    if (named.concepts.includes(concept) || named.not.includes(concept)) return null
    const speakers = others.filter((word) => among.some((one) => speaks(one, bareWord(word))))
    const own = speakers.some((word) => speaks(concept, bareWord(word)))
    const free = speakers.length === 0 && (things || names.length > 0 || bare)
    if (deed && !own && !free) return null
    if (opposite && names.length === 0) return null
    named[opposite ? 'not' : 'concepts'].push(concept)
  }
  return named
}

/** How a request begins; adds nothing. */
const LEAD =
  /^(?:(?:hey|hi|hello|ok|okay|please) )*(?:(?:can|could|may|would) (?:you|i|we) |i(?:'d| would) like (?:to )?|i (?:want|need) (?:to )?|let me |we need (?:to )?)?(?:please )?/

function leadOf(words: readonly string[]): number {
  const lead = LEAD.exec(`${words.join(' ')} `)![0]
  return lead === '' ? 0 : lead.trim().split(' ').length
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words that may stand anywhere. */
const FILLERS = set(
  'show list find give get search look fetch display return tell bring count see view me us for please ' +
    'all every each any whole complete full only just the a an of in our there that this these those ' +
    'where when which what who by from with within was were is are be been being has have had did does do to their its it ' +
    'containing contain contains including involving and or',
)
/** What a search returns; "refused answers" are answers. */
const THINGS = set(
  'response responses answer answers reply replies message messages output outputs completion completions event events ' +
    'log logs record records case cases time times example examples instance instances conversation conversations chat ' +
    'chats occasion occasions interaction interactions everything anything',
)
/** Whether words only say that something is looked for: "show me all events". */
export const saysNothing = (words: readonly string[]): boolean =>
  words.slice(leadOf(words)).every((word) => FILLERS.has(word) || THINGS.has(word))

/** What may be refused, or done, without the question being about something else. */
const OBJECTS = set(
  'answer answering respond responding reply replying help helping assist assisting comply complying request requests ' +
    'question questions prompt prompts query queries',
)
/** How somebody asks for what a concept of prompts is about. */
const ASKING = set(
  'ask asks asked asking try tries tried trying attempt attempts attempted attempting request requested requesting',
)
/** Of what it is asked: only right before a concept's noun. */
const ABOUT = set('about after')
/** Deeds that are the contrary of a concept. */
const CONTRARIES: Readonly<Record<string, string>> = { answered: 'refusal', complied: 'refusal', fulfilled: 'refusal' }
/** Whoever speaks in the text. */
const SPEAKERS = {
  response: set(
    'assistant assistants model models ai bot bots chatbot chatbots llm llms agent agents system it gpt claude llama gemini',
  ),
  prompt: set('user users customer customers people person somebody someone anyone anybody they who whoever'),
}

/** "What is a refusal", "is this a refusal": about the word, not the events. */
const DEFINING = /^(?:what )?(?:is|was|are|were|do|does|did)\b/

const bareWord = (word: string) => word.replace(/'s$/, '')

function speaks({ reads }: Concept, word: string): boolean {
  return reads === 'any' || reads === 'context'
    ? SPEAKERS.prompt.has(word) || SPEAKERS.response.has(word)
    : SPEAKERS[reads].has(word)
}

/** A word, or the words that are a phrase of a concept. */
export interface ConceptUnit {
  at: number
  length: number
  /** The first is meant; empty for a word that is nothing of the kind. */
  concepts: readonly Concept[]
  deed: boolean
  opposite: boolean
}

/** How questions name concepts. */
export type Vocabulary = readonly { concept: Concept; names: string[][]; deeds: string[][] }[]

export const vocabularyOf = (concepts: readonly Concept[]): Vocabulary =>
  concepts.map((concept) => ({ concept, ...phrasesOf(concept.fitted.nouns ?? [concept.name], concept.fitted.aliases) }))

/** Words cut into phrases of concepts, the longest at each place, and single words. */
export function unitsOf(words: readonly string[], vocabulary: Vocabulary): ConceptUnit[] {
  const units: ConceptUnit[] = []
  for (let at = 0; at < words.length; ) {
    const unit: ConceptUnit = { at, length: 1, concepts: [], deed: false, opposite: false }
    let longest = 0
    for (const { concept, names, deeds } of vocabulary)
      for (const [list, deed] of [
        [names, false],
        [deeds, true],
      ] as const) {
        const length = longestOf(list, words, at)
        if (length <= longest) continue
        longest = length
        Object.assign(unit, { length, concepts: [concept], deed })
      }
    const word = words[at]!
    const contrary = longest === 0 && Object.hasOwn(CONTRARIES, word) ? CONTRARIES[word] : undefined
    const opposed = vocabulary.find(({ concept }) => concept.name === contrary)?.concept
    if (opposed !== undefined) Object.assign(unit, { concepts: [opposed], deed: true, opposite: true })
    units.push(unit)
    at += unit.length
  }
  return units
}

/** Within a phrase they say nothing: "get our system prompt". */
const ARTICLES = set('the a an our its their')

/** How many of the words from `at` on are one of the phrases; the longest such. */
function longestOf(phrases: readonly (readonly string[])[], words: readonly string[], at: number): number {
  let most = 0
  for (const phrase of phrases) {
    if (words[at] !== phrase[0]) continue
    let length = 1
    let matched = 1
    for (; matched < phrase.length; length++)
      if (words[at + length] === phrase[matched]) matched++
      else if (!ARTICLES.has(words[at + length] ?? '')) break
    if (matched === phrase.length && length > most) most = length
  }
  return most
}
