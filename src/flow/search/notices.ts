import type { Encoder, Engine } from '../../core/ports.ts'
import type { SearchNotice } from '../../core/search.ts'
import { eachWord } from '../../core/word-forms.ts'
import { topicState } from '../topics/standing.ts'

/** Words of a question that are looked at. */
const MOST_WORDS = 64
/**
 * Letters to a piece below which a word that was cut counts as hardly known, and share of the letters in such words from
 * which it is said (docs/quality/languages.md). A higher share passes over Italian and French; a lower one disturbs who
 * asks for technical terms.
 */
const LETTERS = 4
const SHARE = 0.4
/** Share of unknown pairs of letters from which a script without spaces is none of the model's, although it has some of the letters. */
const FOREIGN = 0.2
/** A question has no more characters that matter here. */
const MOST_CHARS = 8_192

/** Says of a question that is answered by meaning that the model hardly knows its words; null where it does. */
export async function readingNotice(
  { space, pieces }: Pick<Encoder, 'space' | 'pieces'>,
  texts: readonly string[],
): Promise<SearchNotice | null> {
  if (pieces === undefined) return null
  const share = hardlyKnown(texts.join('\n'), pieces)
  if ((await share) < SHARE) return null
  const message =
    `the model ${space.model} knows most words of this question only in fragments, as it does those of a language or ` +
    'field that it was not made for: what it finds by meaning is little to go by. Words themselves are found as ever'
  return { code: 'words_hardly_known', message }
}

/** Share of the letters of a text that stand in words which the model does not know, or knows in short pieces alone; 0 to 1. */
export async function hardlyKnown(text: string, piecesOf: NonNullable<Encoder['pieces']>): Promise<number> {
  const words = wordsOf(text.slice(0, MOST_CHARS).normalize('NFC'))
  const counts = await piecesOf(words.map((word) => word.text))
  // by whether the script sets spaces between words: those that do not are read letter by letter by good models too
  const sums = { spaced: { hardly: 0, all: 0 }, dense: { hardly: 0, all: 0 } }
  for (const [i, { text: word, dense }] of words.entries()) {
    const { pieces, unknown } = counts[i]!
    const letters = [...word].length
    const sum = dense ? sums.dense : sums.spaced
    sum.all += letters
    if (unknown > 0 || (!dense && pieces > 1 && letters / pieces < LETTERS)) sum.hardly += letters
  }
  const { spaced, dense } = sums
  const all = spaced.all + dense.all
  const foreign = dense.hardly >= FOREIGN * dense.all ? dense.all : dense.hardly
  return all === 0 ? 0 : (spaced.hardly + foreign) / all
}

/** Words as they are written, without those that hold a digit, which are names of things in every language. */
function wordsOf(text: string): { text: string; dense: boolean }[] {
  const words: { text: string; dense: boolean }[] = []
  eachWord(text, ({ start, end, kind }) => {
    const word = text.slice(start, end)
    if (words.length < MOST_WORDS && kind !== 'last' && !/\p{N}/u.test(word))
      words.push({ text: word, dense: kind === 'pair' })
  })
  return words
}

/** Says of a question for what is off topic how much cannot be judged yet; null where all of it can. */
export async function topicNotice(
  engine: Pick<Engine, 'records'>,
  tenant_id: string | undefined,
): Promise<SearchNotice | null> {
  const state = await topicState(engine)
  const own = state?.unknown.filter((one) => tenant_id === undefined || (one.tenant_id ?? '') === tenant_id)
  if (own?.length === 0) return null
  const sum = (of: 'services' | 'events') => (own ?? []).reduce((total, one) => total + one[of], 0)
  const what =
    state === null
      ? 'no service has been learnt yet (job topics)'
      : `there is not enough history for ${sum('services')} of the services: ${sum('events')} events, those that name no service among them, are not judged`
  return {
    code: 'topics_unknown',
    message: `${what}. A service is learnt from 300 different prompts over two days or more`,
  }
}
