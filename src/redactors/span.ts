import type { Rule } from './rule.ts'

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

/** What one rule found in one reading of a text. */
export interface Match {
  /** In the original text. */
  start: number
  end: number
  /** Index of the rule. */
  order: number
  score: number
  /** The reading, and where the match stands in it. */
  text: string
  from: number
  to: number
}

/**
 * Matches as parts: in order, none overlapping another. Those that overlap become one part, with the type of the rule
 * that is surest, or of those the one that stands first in the list, and with the value as the reading has it that shows
 * all of the part.
 */
export function joined(matches: Match[], rules: readonly Rule[]): readonly Span[] {
  matches.sort((a, b) => a.start - b.start || a.order - b.order)
  const parts: Match[] = []
  for (const match of matches) {
    const last = parts.at(-1)
    if (last === undefined || match.start >= last.end) {
      parts.push({ ...match })
    } else if (match.order <= last.order || !rules[match.order]?.tailHarmless) {
      if (match.text === last.text) {
        last.from = Math.min(last.from, match.from)
        last.to = Math.max(last.to, match.to)
      } else if (match.start <= last.start && match.end > last.end) {
        ;({ text: last.text, from: last.from, to: last.to } = match)
      }
      last.end = Math.max(last.end, match.end)
      if (match.score > last.score || (match.score === last.score && match.order < last.order))
        ({ order: last.order, score: last.score } = match)
    }
  }
  return parts.map(({ start, end, order, score, text, from, to }) => {
    const rule = rules[order] as Rule
    const found = text.slice(from, to)
    return { start, end, rule: rule.name, type: rule.type, value: rule.canonical?.(found) ?? found, score }
  })
}
