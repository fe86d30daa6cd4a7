import type { Clues } from './clues.ts'

/**
 * Reports one match: UTF-16 offsets into the text that was given, end exclusive.
 * @param score how sure it is, 0 to 1; 1 where not said. Rules report what is at least `LIKELY`
 */
export type Hit = (start: number, end: number, score?: number) => void

/** Below this a match is not worth a placeholder: it needs a word beside it, or the field to itself. */
export const LIKELY = 0.5

/**
 * One way of recognising one kind of sensitive value. A rule is pure, and its time is linear in the text: every
 * repetition in its expressions is bounded or begins where no other attempt can have begun.
 */
export interface Rule {
  /** Unique, kebab-case; what an explanation names: `aws-access-key`. */
  name: string
  /** Word of the placeholder and of the counts: `API_KEY`; upper-case letters and `_`. */
  type: string
  // a rule is asked where the text has all that it names of the next four
  /**
   * Lower-case literals; a digit stands for any digit, a character beyond ASCII for any such, or for a mark that no literal
   * of any rule holds. Every text with a match holds at least one of them.
   */
  anchors?: readonly string[]
  /** Every text with a match holds at least this many digits, none further than 6 characters from the next. */
  digits?: number
  /** Every match holds this many letters and digits (ASCII) without a break, at least 20. */
  word?: number
  /** Every match holds this many letters, digits and marks of `+/=_.~-` without a break, at least 20. */
  run?: number
  /**
   * Literals like anchors, in groups, of which `find` is told where they stand, so that it looks for matches there alone.
   * They wake no rule.
   */
  places?: readonly (readonly string[])[]
  /** Of numbers: every match begins where a number may (`Clues.starts`) and has this shape, or with `i` in either case. Sticky. */
  shape?: RegExp
  /** True where a checksum or a form that nothing else has proves a match: it is believed through encodings and across the turns of a conversation. */
  proven?: boolean
  /** True where a match may rest on the turn before it (`TURN`): an answer to a question. */
  turns?: boolean
  /** True where the end of a match is not sensitive by itself (the domain of an e-mail address), so that a match that begins inside that of an earlier rule is left out rather than joined to it. */
  tailHarmless?: boolean
  /** @param clues what is known of the text; found anew where it is left out */
  find(text: string, hit: Hit, clues?: Clues): void
  /** One spelling of a match, so that two spellings of one value share one placeholder. */
  canonical?(match: string): string
}

/** True where a word that makes a weak match credible stands within `before` characters in front of it or `after` behind it. */
export function near(text: string, start: number, end: number, words: RegExp, before = 48, after = 24): boolean {
  return words.test(text.slice(Math.max(0, start - before), start)) || words.test(text.slice(end, end + after))
}

/** True where a match has the text to itself, but for two characters: a value sent alone is meant as one. */
export const isAlone = (text: string, start: number, end: number): boolean => text.length - (end - start) <= 2

/** Only the digits of a text. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '')

/** Letters and digits alone (ASCII), letters in upper case: one spelling of a number. */
export const compactOf = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase()
