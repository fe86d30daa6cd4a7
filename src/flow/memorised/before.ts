import type { Engine } from '../../core/ports.ts'
import { type Answer, answerOf } from './answer.ts'
import type { Fingerprinter } from './fingerprints.ts'

/** Answers that have one fingerprint, of which the newest are looked at; and those that one answer is compared with. */
const SHARERS = 16
const COMPARED = 4

/** What answers of one tenant are compared with, and which passages are known to lie in it. */
export interface Before {
  /** Those that share most fingerprints with an answer, four at most, the newest first of as many. */
  others(answer: Answer): Promise<Answer[]>
  /** Later answers are compared with this one as well. */
  enter(answer: Answer): void
  /** The passage that one of some fingerprints lies in; undefined where none does. */
  passageOf(prints: readonly number[]): string | undefined
  holds(answer: Answer, passage: string): boolean
  /** An answer holds a passage, in these of its fingerprints. */
  hold(answer: Pick<Answer, 'seq'>, passage: string, prints: readonly number[]): void
}

/** @param answers that are going to be compared */
export async function answersBefore(
  engine: Pick<Engine, 'sharers' | 'events'>,
  tenant_id: string | null,
  answers: readonly Answer[],
  printsOf: Fingerprinter,
): Promise<Before> {
  const sharers = new Map<number, { seq: number; event_id: string }[]>()
  const passages = new Map<number, string>()
  const held = new Set<string>()
  const read = new Map<string, Answer | null>()

  const share = (print: number, one: { seq: number; event_id: string }) => {
    const places = sharers.get(print)
    if (places === undefined) sharers.set(print, [one])
    else places.push(one)
  }
  const keyOf = (seq: number, passage: string) => `${passage} ${seq}`

  const before: Before = {
    async others(answer) {
      const shared = new Map<string, { seq: number; n: number }>()
      for (const { print } of answer.prints)
        for (const { seq, event_id } of sharers.get(print) ?? []) {
          if (event_id === answer.event_id) continue
          shared.set(event_id, { seq, n: 1 + (shared.get(event_id)?.n ?? 0) })
        }
      const most = [...shared]
        .sort(([, a], [, b]) => b.n - a.n || b.seq - a.seq)
        .slice(0, COMPARED)
        .map(([event_id]) => event_id)
      await fetch(most.filter((event_id) => !read.has(event_id)))
      return most.flatMap((event_id) => read.get(event_id) ?? [])
    },
    enter(answer) {
      read.set(answer.event_id, answer)
      for (const { print } of answer.prints) share(print, answer)
    },
    passageOf: (prints) => prints.map((print) => passages.get(print)).find((passage) => passage !== undefined),
    holds: ({ seq }, passage) => held.has(keyOf(seq, passage)),
    hold({ seq }, passage, prints) {
      held.add(keyOf(seq, passage))
      for (const print of prints) passages.set(print, passage)
    },
  }

  async function fetch(event_ids: readonly string[]): Promise<void> {
    if (event_ids.length === 0) return
    const filter = { event_ids, tenant_id: tenant_id ?? '' }
    const { items } = await engine.events(filter, { limit: event_ids.length })
    for (const event_id of event_ids) read.set(event_id, null)
    for (const item of items) read.set(item.event.event_id, answerOf(item, printsOf))
  }

  const prints = new Set(answers.flatMap((answer) => answer.prints.map(({ print }) => print)))
  for (const { print, passage, ...one } of await engine.sharers(tenant_id, [...prints], SHARERS)) {
    share(print, one)
    if (passage !== null) before.hold(one, passage, [print])
  }
  return before
}
