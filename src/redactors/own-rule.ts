import { RE2JS, RE2JSException } from 're2js'
import type { OwnRule } from '../core/redaction-policy.ts'
import { CHECKS } from './checks.ts'
import { requiredLiteral } from './required-literal.ts'
import { compactOf, type Hit, near, type Rule } from './rule.ts'

/** Longest match, in characters. RE2 is linear for one match; only a bound makes the sum over all of them so. */
const LONGEST = 1024
/** What no match reaches across: placeholders as rules see them, and the border between two turns. */
const BORDER = /[\uFFFC\uE000]/g
/** Texts in which a pattern that matches nothing at all somewhere does so. */
const PROBES = ['', 'a', '0', ' ', 'a b', '-']
/** Letters and digits of languages that put spaces between words: a word of the context ends before anything else. */
const WORD = 'A-Za-z0-9\\u00C0-\\u024F\\u0370-\\u052F'

/**
 * A rule of the house. Its time is linear in the text. A match that its checksum or the absence of every context word
 * speaks against is none. Throws Error that says what is wrong with the pattern.
 */
export function ownRule({ name, type, pattern, context, checksum }: OwnRule): Rule {
  const compiled = compilePattern(pattern)
  const words = context === undefined || context.length === 0 ? null : wordsOf(context)
  const check = checksum === undefined ? null : CHECKS[checksum]
  const anchors = anchorsOf(pattern, context)
  return {
    name,
    type,
    ...(anchors === null ? {} : { anchors }),
    ...(check === null ? {} : { canonical: compactOf }),
    find(text, hit) {
      everyMatch(compiled, text, (start, end) => {
        if (check !== null && !check(checked(text.slice(start, end), checksum === 'mod97'))) return
        if (words !== null && !near(text, start, end, words)) return
        hit(start, end, check === null ? 0.9 : 1)
      })
    },
  }
}

/** A compiled pattern of the house. Throws Error that says why it cannot be used, without quoting it. */
export function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const reason = (error as { error?: unknown }).error
    throw new Error(`RE2 refuses it: ${typeof reason === 'string' ? reason : 'it is too large'}`, { cause: error })
  }
}

/** True where a pattern can match without taking a character. */
export const matchesNothing = (compiled: RE2JS): boolean =>
  PROBES.some((text) => {
    const matcher = compiled.matcher(text)
    while (matcher.find()) if (matcher.end() === matcher.start()) return true
    return false
  })

/** Matches in order, none overlapping another, in windows that overlap by the longest match. */
function everyMatch(compiled: RE2JS, text: string, found: Hit): void {
  if (!compiled.test(text)) return
  for (const [from, to] of stretches(text)) {
    let at = from
    for (let base = from; base < to; base += LONGEST) {
      const last = base + 2 * LONGEST >= to
      const matcher = compiled.matcher(text.slice(0, last ? to : base + 2 * LONGEST))
      at = Math.max(at, base)
      while (at < to && matcher.find(at)) {
        const [start, end] = [matcher.start(), matcher.end()]
        // what begins in the next window is seen whole there
        if (!last && start >= base + LONGEST) break
        if (end > start) found(start, end)
        at = Math.max(end, at + 1)
      }
      if (last) break
    }
  }
}

/** The parts of a text between borders. */
function* stretches(text: string): Generator<[from: number, to: number]> {
  let from = 0
  for (const { index } of text.matchAll(BORDER)) {
    if (index > from) yield [from, index]
    from = index + 1
  }
  if (from < text.length) yield [from, text.length]
}

/** Every match needs one of them: a literal of the pattern, else a word of the context. Null where neither can be an anchor. */
function anchorsOf(pattern: string, context: readonly string[] = []): readonly string[] | null {
  const literal = requiredLiteral(pattern)
  if (literal !== null) return [literal]
  if (context.length === 0 || !context.every((word) => /^[ -~]+$/.test(word))) return null
  return context.map((word) => word.toLowerCase().replace(/\d/g, '0'))
}

function wordsOf(context: readonly string[]): RegExp {
  const any = context.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|')
  return new RegExp(`(?<![${WORD}])(?:${any})(?![${WORD}])`, 'i')
}

/** What a check reads of a match: letters count for one alone; elsewhere they are a prefix, but for a last X. */
const checked = (match: string, letters: boolean): string =>
  letters ? compactOf(match) : compactOf(match).replace(/(?!X$)[A-Z]/g, '')
