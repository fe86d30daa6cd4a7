import { startsOnce } from './number-start.ts'
import type { Hit, Rule } from './rule.ts'
import { createSieve } from './sieve.ts'
import { isDisguised, viewOf } from './view.ts'

/** A sensitive part of a text: UTF-16 offsets, end exclusive. */
export interface Span {
  start: number
  end: number
  /** Name of the rule that found it. */
  rule: string
  type: string
  /** What its placeholder is derived from: one spelling of the value. */
  value: string
  /** How sure the rules are, 0 to 1. */
  score: number
}

const NONE: readonly Span[] = []

/** Hides escaped characters from the sieve: `\u0040` for an @. */
const ESCAPED: Rule = { name: 'escaped', type: '', anchors: ['\\u00', '\\x'], find: () => {} }

/**
 * Finds the sensitive parts of a text, in order, none overlapping another. Matches that overlap become one part with
 * the type of the rule that stands first in the list. Throws what a rule throws.
 */
export function createScan(rules: readonly Rule[]): (text: string) => readonly Span[] {
  const listed = [...rules, ESCAPED]
  const sift = createSieve(listed)
  const escaped = listed.length - 1

  return (text) => {
    let sifted = sift(text)
    if (sifted.rules.length === 0 && !(sifted.wide && isDisguised(text))) return NONE
    const view = viewOf(text, sifted.wide)
    if (view.text !== text) sifted = sift(view.text)

    const starts = startsOnce(view.text)
    const matches: { start: number; end: number; order: number; score: number }[] = []
    for (const order of sifted.rules) {
      if (order === escaped) continue
      const hit: Hit = (start, end, score = 1) => {
        if (end > start) matches.push({ start, end, order, score })
      }
      listed[order]?.find(view.text, hit, starts)
    }
    if (matches.length === 0) return NONE
    matches.sort((a, b) => a.start - b.start || a.order - b.order)

    const joined: typeof matches = []
    for (const match of matches) {
      const last = joined.at(-1)
      if (last === undefined || match.start >= last.end) {
        joined.push(match)
      } else if (match.order <= last.order || !listed[match.order]?.tailHarmless) {
        last.end = Math.max(last.end, match.end)
        last.order = Math.min(last.order, match.order)
        last.score = Math.max(last.score, match.score)
      }
    }
    return joined.map(({ start, end, order, score }) => {
      const rule = listed[order] as Rule
      const found = view.text.slice(start, end)
      const [from, to] = view.origin(start, end)
      return { start: from, end: to, rule: rule.name, type: rule.type, value: rule.canonical?.(found) ?? found, score }
    })
  }
}
