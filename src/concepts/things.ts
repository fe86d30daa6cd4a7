/** Words of a list, parted by blanks. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const ANSWERS = wordSet('response responses answer answers reply replies output outputs completion completions')
/** What somebody asks. */
export const ASKED = wordSet('prompt prompts question questions request requests query queries input inputs')
const TEXTS = wordSet('message messages text texts conversation conversations chat chats interaction interactions')

/** Whoever speaks in the text. */
export const SPEAKERS = {
  response: wordSet(
    'assistant assistants model models ai bot bots chatbot chatbots llm llms agent agents system it gpt claude llama gemini',
  ),
  prompt: wordSet(
    'user users customer customers people person persons somebody someone anyone anybody they who whoever',
  ),
}

/** What a search returns; "refused answers" are answers. */
export const THINGS: ReadonlySet<string> = new Set([
  ...ANSWERS,
  ...wordSet(
    'message messages event events log logs record records case cases time times example examples instance instances ' +
      'conversation conversations chat chats occasion occasions interaction interactions everything anything',
  ),
])

/** On which side of an event something stands. */
export type Side = 'prompt' | 'response' | 'any'

const THINGS_ASKED: ReadonlySet<string> = new Set([...THINGS, ...ASKED])

/** Of which things a deed of a side may be told. */
export const toldOf = (side: Side): ReadonlySet<string> => (side === 'prompt' ? THINGS_ASKED : THINGS)

/** Words of the same kind as the last of a noun ("lazy answer", "angry user"), and the side that they stand on. */
export interface ThingKind {
  side: Side
  /** May take the place of that word: a lazy answer is a lazy reply. */
  same: ReadonlySet<string>
  /** Of what the words before it may be said apart: the answers that are lazy, the model was lazy. */
  told: ReadonlySet<string>
}

const VAGUE = wordSet('it they system')

const kind = (side: Side, same: ReadonlySet<string>, ...more: ReadonlySet<string>[]): ThingKind => ({
  side,
  same,
  // "it is empty" may be said of anything
  told: new Set([same, ...more].flatMap((one) => [...one]).filter((word) => !VAGUE.has(word))),
})

const KINDS: readonly ThingKind[] = [
  kind('response', ANSWERS, TEXTS, SPEAKERS.response),
  kind('prompt', ASKED, TEXTS, SPEAKERS.prompt),
  kind('any', TEXTS, ANSWERS, ASKED, SPEAKERS.response, SPEAKERS.prompt),
  kind('prompt', SPEAKERS.prompt, TEXTS),
]

/** The kind of thing that a word is; null of any other. */
export const kindOfThing = (word: string): ThingKind | null => KINDS.find(({ same }) => same.has(word)) ?? null
