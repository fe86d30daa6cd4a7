import type { Engine } from '../../core/ports.ts'
import { type Answer, answerOf } from './answer.ts'
import type { Fingerprinter } from './fingerprints.ts'

/** Answers that have one fingerprint, of which the newest are looked at; and those that one answer is compared with. */
const SHARERS = 16
const COMPARED = 8

/** What answers of one tenant are compared with, and which passages are known to lie in it. */
export interface Before {
  /** Those that share most fingerprints with an answer, eight at most, the newest first of as many. */
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
  engine: Pick<Engine, 'fingerprintsOf' | 'eventsAt'>,
  tenant_id: string | null,
  answers: readonly Answer[],
  printsOf: Fingerprinter,
): Promise<Before> {
  /** Places of answers, by fingerprint. */
  const places = new Map<number, number[]>()
  const passages = new Map<number, string>()
  const held = new Set<string>()
  const read = new Map<number, Answer | null>()

  const share = (print: number, seq: number) => {
    const others = places.get(print)
    if (others === undefined) places.set(print, [seq])
    else others.push(seq)
  }
  const keyOf = (seq: number, passage: string) => `${passage} ${seq}`

  const before: Before = {
    async others(answer) {
      const shared = new Map<number, number>()
      for (const { print } of answer.prints)
        for (const seq of places.get(print) ?? []) if (seq !== answer.seq) shared.set(seq, 1 + (shared.get(seq) ?? 0))
      const most = [...shared]
        .sort(([a, m], [b, n]) => n - m || b - a)
        .slice(0, COMPARED)
        .map(([seq]) => seq)
      await fetch(most.filter((seq) => !read.has(seq)))
      return most.flatMap((seq) => read.get(seq) ?? [])
    },
    enter(answer) {
      read.set(answer.seq, answer)
      for (const { print } of answer.prints) share(print, answer.seq)
    },
    passageOf: (prints) => prints.map((print) => passages.get(print)).find((passage) => passage !== undefined),
    holds: ({ seq }, passage) => held.has(keyOf(seq, passage)),
    hold({ seq }, passage, prints) {
      held.add(keyOf(seq, passage))
      for (const print of prints) passages.set(print, passage)
    },
  }

  async function fetch(seqs: readonly number[]): Promise<void> {
    if (seqs.length === 0) return
    for (const seq of seqs) read.set(seq, null)
    for (const event of await engine.eventsAt(tenant_id, seqs)) read.set(event.seq, answerOf(event, printsOf))
  }

  const prints = new Set(answers.flatMap((answer) => answer.prints.map(({ print }) => print)))
  for (const { print, seq, passage } of await engine.fingerprintsOf(tenant_id, [...prints], SHARERS)) {
    share(print, seq)
    if (passage !== null) before.hold({ seq }, passage, [print])
  }
  return before
}
