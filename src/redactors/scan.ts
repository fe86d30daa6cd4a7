import type { Clues } from './clues.ts'
import { createNumberFit } from './number-fit.ts'
import type { NumberStart } from './number-start.ts'
import type { Read, Reading } from './readings/reading.ts'
import { READINGS } from './readings/readings.ts'
import type { View } from './readings/rewrite.ts'
import { DIGIT_WORDS } from './readings/spelled-digits.ts'
import { windowsOf } from './readings/window.ts'
import type { Hit, Rule } from './rule.ts'
import { createSieve, SEEN, type Sifted } from './sieve.ts'
import { joined, type Match, type Span } from './span.ts'
import { INERT, isDisguised, isEscaped, isOdd, viewOf } from './view.ts'

/** What a scan may take for `FULL` characters; a shorter text may take as long. The worst of the texts made to be slow takes a tenth. */
const LIMIT_MS = 1_000
const FULL = 1 << 16
/**
 * What does not count of the first time that a rule is asked: its expressions are compiled then. All of them take a fifth of
 * a second, several times that on a busy machine, and no text is to be lost for it.
 */
const FIRST_MS = 100
const NONE: readonly Span[] = []
const NO_READINGS: readonly Reading[] = []
/** The clock is looked at after so many rules and one more, and after the last. */
const CLOCK = 15
/** At the cut ends of a window, so that nothing in it seems to be alone. */
const CUT = INERT.repeat(3)

export type { Span } from './span.ts'

export interface ScanClock {
  /** Milliseconds of a clock that never goes back. Without it no rule is held to a time. */
  elapsed?: (() => number) | undefined
  /** Default 1,000 for each 64 Ki characters that were begun. */
  limitMs?: number | undefined
}

/** A name that makes a secret of what follows stands no further in front of it. */
const NAMED = 48

const all = (): boolean => true

/** Whether something that was hidden stands shortly before a place of a reading. */
function follows(read: Read, at: number): boolean {
  const [first, behind] = read.touched(Math.max(0, at - NAMED), at)
  return first !== behind
}

function worthReading(seen: Sifted, text: string): readonly Reading[] {
  let worth: Reading[] | undefined
  for (const reading of READINGS) {
    if (!reading.worth(seen, text)) continue
    worth ??= []
    worth.push(reading)
  }
  return worth ?? NO_READINGS
}

type Report = (order: number, start: number, end: number, score: number) => void

/** A text took the rules longer than its limit. */
export class RuleTimeout extends Error {}

/**
 * Finds the sensitive parts of a text, in order, none overlapping another.
 * @param wanted leaves out rules; all are asked without it. A text that shows none of the wanted openly is not searched for disguises
 */
export type Scan = (text: string, wanted?: (rule: Rule) => boolean) => readonly Span[]

/**
 * A scan for rules. It reads a text as a reader takes it, and once more for each disguise that it may wear. Matches that
 * overlap become one part with the type of the surest rule. Linear in the text so far as the
 * rules are. Throws what a rule throws, and RuleTimeout.
 */
export function createScan(rules: readonly Rule[], { elapsed, limitMs = LIMIT_MS }: ScanClock = {}): Scan {
  const sift = createSieve(rules, DIGIT_WORDS)
  const fitting = createNumberFit(rules)
  /** 1 for a rule that was asked before. */
  const known = new Uint8Array(rules.length)

  return (text, wanted = all) => {
    let seen = sift(text)
    if (wanted !== all && !seen.rules.some((order) => wanted(rules[order] as Rule))) return NONE
    const odd = seen.wide && isOdd(text)
    const hidden = (odd && isDisguised(text)) || ((seen.seen & SEEN.backslash) !== 0 && isEscaped(text))
    let readings = worthReading(seen, text)
    if (seen.rules.length === 0 && !hidden && readings.length === 0) return NONE
    let until = elapsed === undefined ? 0 : elapsed() + limitMs * Math.ceil(text.length / FULL)
    const inTime = () => {
      if (elapsed !== undefined && elapsed() > until) throw new RuleTimeout()
    }

    const view = viewOf(text, odd)
    if (view.text !== text) {
      seen = sift(view.text)
      readings = worthReading(seen, view.text)
    }
    const matches: Match[] = []
    let asked = 0
    ask(view.text, seen, (order, start, end, score) => {
      const [from, to] = view.origin(start, end)
      matches.push({ start: from, end: to, order, score, text: view.text, from: start, to: end })
    })
    const plain = matches.length
    for (const reading of readings) {
      const read = reading.read(view.text)
      if (read !== null) lookAgain(reading, read, view, matches, plain)
      inTime()
    }
    return matches.length === 0 ? NONE : joined(matches, rules)

    function ask(part: string, seen: Sifted, report: Report, read?: Read) {
      let order = 0
      let starts: readonly NumberStart[] | undefined
      const startsIn = () => {
        starts ??= fitting(part, seen.numbers)
        return starts
      }
      const clues: Clues = {
        numbers: () => seen.numbers,
        starts: startsIn,
        places: (group) => seen.places(order, group),
      }
      const hit: Hit = (start, end, score = 1) => {
        if (end > start) report(order, start, end, score)
      }
      for (order of seen.rules) {
        const rule = rules[order] as Rule
        if (!wanted(rule) || read?.asks?.(rule) === false) continue
        if (rule.shape !== undefined && !startsIn().some((start) => start.digits >= (rule.digits ?? 0))) continue
        if (elapsed === undefined || known[order] === 1) rule.find(part, hit, clues)
        else {
          const before = elapsed()
          rule.find(part, hit, clues)
          until += Math.min(elapsed() - before, FIRST_MS)
          known[order] = 1
        }
        if ((++asked & CLOCK) === 0) inTime()
      }
      inTime()
    }

    /** Asks the rules about a reading, around its changes. */
    function lookAgain(reading: Reading, read: Read, view: View, matches: Match[], plain: number) {
      let ends: Set<number> | undefined
      const endKey = (order: number, at: number) => order * 2 ** 32 + at
      for (const [start, end] of windowsOf(read)) {
        const front = start > 0 ? CUT : ''
        const shift = start - front.length
        const part = `${front}${read.text.slice(start, end)}${end < read.text.length ? CUT : ''}`
        ask(
          part,
          sift(part),
          (order, partFrom, partTo, score) => {
            const from = Math.max(partFrom + shift, start)
            const to = Math.min(partTo + shift, end)
            if (to <= from) return
            const [first, behind] = read.touched(from, to)
            if (first === behind && !(reading.anywhere && follows(read, from))) return
            const plainly = (change: number) => {
              ends ??= new Set(matches.slice(0, plain).map((match) => endKey(match.order, match.to)))
              const at = (read.changes[change] as readonly [number, number])[0]
              return at > 0 && ends.has(endKey(order, read.origin(at - 1, at)[1]))
            }
            if (read.believes?.(rules[order] as Rule, first, behind, plainly) === false) return
            const [viewFrom, viewTo] = read.origin(from, to)
            const [originFrom, originTo] = view.origin(viewFrom, viewTo)
            matches.push({ start: originFrom, end: originTo, order, score, text: read.text, from, to })
          },
          read,
        )
      }
    }
  }
}
