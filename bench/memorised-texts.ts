import type { LogEvent } from '../src/core/event.ts'
import { formatTime, type Micros } from '../src/core/window.ts'
import { isAlike } from '../src/flow/memorised/answer.ts'
import { wordsOf } from '../src/flow/memorised/words.ts'
import { rowsOf } from './labelled.ts'

/** A question and its answer, as a log has them. */
export interface Exchange {
  user: string
  prompt: string
  response: string
  system?: string
  messages?: { role: string; content: string }[]
}

/**
 * Answers of many models to the same few hundred questions, and the last turns of dialogues; each to somebody of his own, which
 * is as unrelated as people can be. Of the files that nothing was chosen on. Null without the folder.
 */
export function chats(dataDir: string | undefined): Exchange[] | null {
  const answers = [2, 3].map((part) => rowsOf(`chat_traffic/alpaca_eval_${part}.jsonl.gz`, dataDir))
  const dialogues = rowsOf('chat_traffic/hh_harmless_dialogues.jsonl.gz', dataDir)
  if (dialogues === undefined || answers.includes(undefined)) return null
  const texts = [
    ...answers.flatMap((rows) => rows ?? []).map(({ prompt, response }) => ({ prompt, response })),
    ...dialogues.map(({ turns }) => {
      const messages = (turns as { role: string; content: string }[]).slice(0, -1)
      const response = (turns as { content: string }[]).at(-1)?.content ?? ''
      return { prompt: messages.at(-1)?.content ?? '', response, messages }
    }),
  ] as Omit<Exchange, 'user'>[]
  return texts.map((text, i) => ({ user: `u${i}`, ...text }))
}

/** A real log: players who defend a secret with texts around the question. Null without the folder. */
export function game(dataDir: string | undefined): Exchange[] | null {
  const rows = rowsOf('interaction_log/tensor_trust_defenses.jsonl.gz', dataDir)
  if (rows === undefined) return null
  return rows.map((row) => ({
    user: String(row.user),
    system: `${row.system_before}\n${row.system_after}`,
    prompt: String(row.prompt),
    response: String(row.response),
  }))
}

/** Long answers, from which passages are taken that are planted elsewhere. Null without the folder. */
export function sources(dataDir: string | undefined): Exchange[] | null {
  const rows = rowsOf('chat_traffic/alpaca_eval_1.jsonl.gz', dataDir)
  if (rows === undefined) return null
  return rows
    .map(({ prompt, response }, i) => ({ user: `s${i}`, prompt: String(prompt), response: String(response) }))
    .filter(({ response }) => response.split(/\s+/).length >= 320)
}

/** How a passage differs where it comes again. */
export const DRESSES = {
  'as it is': (words) => words.join(' '),
  'in another dress': (words, random) =>
    words
      .map((word) => {
        const dress = [word.toUpperCase(), `**${word}**`, `${word},`, `"${word}"`, `\n- ${word}`, `${word}\u00a0`, word]
        return dress[Math.floor(random() * dress.length)]
      })
      .join(' '),
  'one word changed': (words) => words.with(words.length >> 1, 'otherwise').join(' '),
} as const satisfies Record<string, (words: string[], random: () => number) => string>
export type Dress = keyof typeof DRESSES

/** Two answers with one passage of so many words as they are compared, to questions that are not alike, nor like the one that it was taken from. */
export function planted(
  from: readonly Exchange[],
  into: readonly Exchange[],
  { words, dress, isQuoted }: { words: number; dress: Dress; isQuoted: boolean },
  random: () => number,
): [Exchange, Exchange] {
  const pick = (list: readonly Exchange[]) => list[Math.floor(random() * list.length)]!
  const asked = ({ prompt }: Exchange) => new Set(wordsOf(prompt).hashes)
  for (;;) {
    const source = pick(from)
    const [one, other] = [pick(into), pick(into)]
    const questions = [source, one, other].map(asked)
    const alike = questions.some((a, i) => questions.some((b, j) => j > i && isAlike(a, b)))
    if (alike || one.user === other.user || one.prompt === '' || other.prompt === '') continue
    const all = source.response.split(/\s+/)
    const start = Math.floor(random() * (all.length - words))
    // a dash or a sign is no word
    let end = start + words
    while (end < all.length && wordsOf(all.slice(start, end).join(' ')).hashes.length < words) end++
    const passage = all.slice(start, end)
    const put = (exchange: Exchange, text: string): Exchange => {
      const { response } = exchange
      const at = response.indexOf(' ', Math.floor(random() * response.length)) + 1
      return { ...exchange, response: `${response.slice(0, at)}\n\n${text}\n\n${response.slice(at)}` }
    }
    const given = put(one, passage.join(' '))
    const quoting = isQuoted ? { ...given, prompt: `${given.prompt}\n\n${passage.join('  ')}` } : given
    return [quoting, put(other, DRESSES[dress](passage, random))]
  }
}

export const eventOf = ({ user, ...exchange }: Exchange, event_id: string, ts: Micros): LogEvent => ({
  event_id,
  timestamp: formatTime(ts),
  event_type: 'llm.completion',
  user_id: user,
  ...exchange,
})
