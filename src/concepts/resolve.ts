import type { Concept } from '../core/concept.ts'
import { formatTime, type Micros } from '../core/window.ts'
import { phrasesOf } from './inflect.ts'
import { readSpan } from './time-words.ts'

/** What a question asks for, where it names a concept. */
export interface Resolved {
  concept: Concept
  scope: 'all'
  /** ISO 8601; half-open, as everywhere. */
  since?: string
  until?: string
}

/**
 * Reads a question that asks for every event of a concept in whatever words: "all refusals", "show me where the
 * assistant declined last week". Null where it asks for something else, also where it merely mentions the concept's
 * word: every word must be accounted for, and a deed must be that of whoever speaks in the text that the concept reads
 * ("the customer refused delivery" is about a customer). In doubt it is null, and the words are searched for as they are.
 * @param now for words such as "yesterday"
 */
export function resolve(q: string, concepts: readonly Concept[], now: Micros): Resolved | null {
  if (q.length > MAX_CHARS) return null
  const { rest, since, until } = readSpan(plain(q), now)
  const asked = rest.replace(LEAD, '').replace(/(^|\s)please(?=\s|$)/g, '')
  const words = asked.match(/[\p{L}\p{N}']+/gu) ?? []
  const concept = concepts.find((one) => asksFor(one, words))
  if (concept === undefined) return null
  return {
    concept,
    scope: 'all',
    ...(since === undefined ? {} : { since: formatTime(since) }),
    ...(until === undefined ? {} : { until: formatTime(until) }),
  }
}

/** A longer question says more than a concept's name. */
const MAX_CHARS = 200

/** How a request begins; adds nothing. */
const LEAD =
  /^(?:(?:hey|hi|hello|ok|okay|please)[ ,]+)*(?:(?:can|could|may|would) (?:you|i|we) |i(?:'d| would) like (?:to )?|i (?:want|need) (?:to )?|let me |we need (?:to )?)?/

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Words that may stand anywhere. */
const FILLERS = set(
  'show list find give get search look fetch display return tell bring count see view me us for ' +
    'all every each any whole complete full only just the a an of in our there that this these those ' +
    'where when which who by from with within was were is are be been being has have had did does do to their its it',
)
/** What a search returns; "refused answers" are answers. */
const THINGS = set(
  'response responses answer answers reply replies message messages output outputs completion completions event events ' +
    'log logs record records case cases time times example examples instance instances conversation conversations chat ' +
    'chats occasion occasions interaction interactions everything anything',
)
/** What may be refused, or done, without the question being about something else. */
const OBJECTS = set(
  'answer answering respond responding reply replying help helping assist assisting comply complying request requests ' +
    'question questions prompt prompts query queries',
)
/** Whoever speaks in the text. */
const SPEAKERS = {
  response: set(
    'assistant assistants model models ai bot bots chatbot chatbots llm llms agent agents system it gpt claude llama gemini',
  ),
  prompt: set('user users customer customers people person somebody someone anyone anybody they'),
}

function asksFor(concept: Concept, words: readonly string[]): boolean {
  const { name, fitted, reads } = concept
  const { names, deeds } = phrasesOf(fitted.nouns ?? [name], fitted.aliases)
  let [named, done, spoken, things] = [0, 0, false, false]
  for (let i = 0; i < words.length; ) {
    const noun = longest(names, words, i)
    const deed = longest(deeds, words, i)
    if (noun > 0) named++
    else if (deed > 0) done++
    else {
      const word = words[i]!.replace(/'s$/, '')
      const how = word === 'how' && words[i + 1] === 'often'
      if (speaks(reads, word)) spoken = true
      else if (THINGS.has(word)) things = true
      else if (!FILLERS.has(word) && !OBJECTS.has(word) && !how && !(word === 'often' && words[i - 1] === 'how'))
        return false
    }
    i += Math.max(noun, deed, 1)
  }
  if (named > 0) return named === 1 && done === 0 && !DEFINING.test(words.join(' '))
  return done === 1 && (spoken || things)
}

const speaks = (reads: Concept['reads'], word: string): boolean =>
  reads === 'any' ? SPEAKERS.prompt.has(word) || SPEAKERS.response.has(word) : SPEAKERS[reads].has(word)

/** "What is a refusal", "is this a refusal": about the word, not the events. */
const DEFINING = /^(?:is|was|are|were|do|does|did)\b/

/** How many of the words from `at` on are one of the phrases; the longest such. */
function longest(phrases: readonly (readonly string[])[], words: readonly string[], at: number): number {
  let most = 0
  for (const phrase of phrases)
    if (phrase.length > most && phrase.every((word, i) => words[at + i] === word)) most = phrase.length
  return most
}

function plain(q: string): string {
  return q
    .normalize('NFKC')
    .replace(/[‘’ʼ`´]/g, "'")
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}
