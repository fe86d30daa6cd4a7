import type { Rule } from '../rule.ts'
import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

/** A letter or digit by itself. */
const SINGLE = /(?<![A-Za-z0-9])[A-Za-z0-9](?![A-Za-z0-9])/g
const GAP = /^[ \t._\-/|:*·•~+]{1,3}$|^["']?(?:, ?|\r?\n)["']?$/
/** As lists have them: there is much in lists that is no number of anybody. */
const LISTED = /[,\n]/
const LONGEST_GAP = 4
/** Groups of digits with one mark between them that the rules do not take for one. */
const GROUPS =
  /(?<![\w.,$€£#+-])\d{2,6}(?:([._/|:*·•~+]| {2,3}| [-–.·•/|] |, ?|"(?:, ?| ?\+ ?)"|'(?:, ?| ?\+ ?)')\d{2,6})(?:\1\d{2,6}){1,7}(?![\w]|[.,:/+]\d)/g
const LEAST_SINGLES = 7
/** Longer rows are tables and sequences. */
const MOST_SINGLES = 64
const LEAST_GROUPED = 12

/**
 * Numbers whose digits or groups stand apart: `4 1 1 1-1 1 1 1`, `4.1.1.1`, `4111.1111.1111.1111`, `["4","1"]`. Between
 * single digits the shortest gap is dropped and any longer one is a hyphen, or a blank where it holds no mark.
 */
export const spacedOut: Reading = {
  name: 'spaced digits',
  worth: ({ digits }) => digits >= LEAST_SINGLES,
  read(text) {
    const edits: (Edit & { sure: boolean })[] = []
    let row: number[] = []
    const close = () => {
      if (row.length > LEAST_SINGLES && row.length <= MOST_SINGLES) edits.push(...singles(text, row))
      row = []
    }
    for (const { index } of text.matchAll(SINGLE)) {
      const last = row.at(-1)
      if (last !== undefined && (index - last > LONGEST_GAP + 1 || !GAP.test(text.slice(last + 1, index)))) close()
      row.push(index)
    }
    close()
    const apart = edits.length
    for (const { 0: all, 1: mark = '', index } of text.matchAll(GROUPS)) {
      if (all.replace(/\D/g, '').length < LEAST_GROUPED) continue
      for (let at = all.indexOf(mark); at !== -1; at = all.indexOf(mark, at + mark.length)) {
        edits.push({ start: index + at, end: index + at + mark.length, as: ' ', sure: false })
      }
    }
    if (apart > 0 && edits.length > apart) edits.sort((a, b) => a.start - b.start)
    const read = rewrite(text, edits)
    if (read === null) return null
    const sure = edits.some((edit) => edit.sure)
    return {
      ...read,
      asks: (rule: Rule) => sure || rule.proven === true,
      believes: (rule: Rule, from) => rule.proven === true || edits[from]?.sure === true,
    }
  },
}

/** The gaps of a row of single letters and digits, given by their offsets; none where it is no number. */
function singles(text: string, all: readonly number[]): (Edit & { sure: boolean })[] {
  const row = withoutWords(text, all)
  const digits = row.map((at) => text[at] as string).filter((char) => char >= '0' && char <= '9')
  // nought and one alone are bits
  if (digits.length < LEAST_SINGLES || digits.every((digit) => digit < '2')) return []
  const gaps = row.slice(1).map((at, k) => ({ start: (row[k] as number) + 1, end: at }))
  const least = Math.min(...gaps.map(({ start, end }) => end - start))
  const sure = !LISTED.test(text.slice(row[0], row.at(-1)))
  return gaps.map(({ start, end }) => {
    const as = end - start === least ? '' : text.slice(start, end).trim() === '' ? ' ' : '-'
    return { start, end, as, sure }
  })
}

/** A row without a letter at its ends that another gap parts from it than the next: it is a word of its own. */
function withoutWords(text: string, row: readonly number[]): readonly number[] {
  const gap = (k: number): string => text.slice((row[k] as number) + 1, row[k + 1])
  const isLetter = (k: number): boolean => /[A-Za-z]/.test(text[row[k] as number] as string)
  let from = 0
  let to = row.length
  while (to - from > 2 && isLetter(from) && gap(from) !== gap(from + 1)) from++
  while (to - from > 2 && isLetter(to - 1) && gap(to - 2) !== gap(to - 3)) to--
  return row.slice(from, to)
}
