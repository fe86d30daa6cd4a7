import { luhn } from '../checks.ts'
import { digitsOf, isAlone, near, type Rule } from '../rule.ts'

/** Groups of digits with one blank or hyphen between them, all that stand in a row: a count in front or an expiry date behind are groups too. */
const ROW = /\d+(?:[ -]\d+)*/g
const WORDS = /card|credit|debit|visa|master|amex|maestro|diners|discover|\bcc\b|\bpan\b|karte|carte|tarjeta|kaart/i

/** Lengths of groups as numbers are printed on cards, or typed. */
const PRINTED: readonly (readonly number[])[] = [
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
  [4, 4, 4, 4, 3],
  [8, 8],
]
const SHORTEST = 12
const LONGEST = 19
/** So many groups of the same length beside it may belong to something else; more make a table of a number. */
const BESIDE = 2

/**
 * Payment card numbers: an issuer's prefix with a length that it uses (ISO/IEC 7812), and the check digit of Luhn. Lengths
 * that are seldom issued (12, 13, 14, 17 to 19 digits) need a word near them or the field to themselves; near such a
 * word any prefix counts.
 */
export const card: Rule = {
  name: 'card-number',
  type: 'CARD',
  digits: SHORTEST,
  proven: true,
  canonical: digitsOf,
  find(text, hit) {
    for (const { 0: row, index } of text.matchAll(ROW)) {
      if (row.length < SHORTEST) continue
      const groups = groupsOf(text, index, row)
      for (let at = 0, last = 0; at < groups.length; ) {
        const size = cardAt(text, groups, at, last)
        if (size === 0) at++
        else {
          hit((groups[at] as Group)[0], (groups[at + size - 1] as Group)[1])
          at += size
          last = at
        }
      }
    }
  },
}

type Group = readonly [start: number, end: number]
const lengthOf = (group: Group | undefined): number => (group === undefined ? 0 : group[1] - group[0])

/** The groups of a row, in UTF-16 offsets of the text, without a first or last one that is part of a word or a decimal. */
function groupsOf(text: string, index: number, row: string): Group[] {
  const groups = [...row.matchAll(/\d+/g)].map(
    ({ 0: group, index: at }): Group => [index + at, index + at + group.length],
  )
  if (/[A-Za-z]$|(?<![A-Za-z])\.$/.test(text.slice(Math.max(0, index - 2), index))) groups.shift()
  if (/^(?:[A-Za-z]|\.\d)/.test(text.slice(index + row.length, index + row.length + 2))) groups.pop()
  return groups
}

/**
 * How many groups from one on are a card: all of the row, one by itself, or as many as are printed together; 0 for none.
 * @param last where the card before it ends, as an index of groups
 */
function cardAt(text: string, groups: readonly Group[], at: number, last: number): number {
  if (at === 0 && groups.length <= LONGEST && isCard(text, groups, 0, groups.length)) return groups.length
  if (isCard(text, groups, at, 1)) return 1
  for (const lengths of PRINTED) {
    const isPrinted = (from: number): boolean =>
      lengths.every((length, k) => lengthOf(groups[from + k]) === length) && isCard(text, groups, from, lengths.length)
    if (!isPrinted(at)) continue
    const behind = at + lengths.length
    let beside = 0
    for (let k = at - 1; k >= last && beside <= BESIDE && lengthOf(groups[k]) === lengths[0]; k--) beside++
    for (let k = behind; beside <= BESIDE && lengthOf(groups[k]) === lengths.at(-1); k++) beside++
    if (beside <= BESIDE || isPrinted(behind)) return lengths.length
  }
  return 0
}

/** Whether so many groups are the number of a card. */
function isCard(text: string, groups: readonly Group[], at: number, size: number): boolean {
  const [start, end] = [(groups[at] as Group)[0], (groups[at + size - 1] as Group)[1]]
  if (end - start < SHORTEST || end - start > 2 * LONGEST) return false
  const digits = digitsOf(text.slice(start, end))
  if (digits.length < SHORTEST || digits.length > LONGEST || !luhn(digits) || /^(\d)\1+$/.test(digits)) return false
  const brand = brandOf(digits)
  return brand === 'usual' || (brand === 'seldom' && isAlone(text, start, end)) || near(text, start, end, WORDS)
}

/** Prefix and length: `usual` says enough by itself. */
function brandOf(digits: string): 'usual' | 'seldom' | null {
  const n = digits.length
  const two = Number(digits.slice(0, 2))
  const four = Number(digits.slice(0, 4))
  if (digits[0] === '4') return n === 16 ? 'usual' : n === 13 || n === 19 ? 'seldom' : null
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return n === 16 ? 'usual' : null
  if (two === 34 || two === 37) return n === 15 ? 'usual' : null
  if (four === 6011 || two === 64 || two === 65) return n === 16 ? 'usual' : n === 19 ? 'seldom' : null
  if (four >= 3528 && four <= 3589) return n === 16 ? 'usual' : n >= 17 ? 'seldom' : null
  if (two === 62 || two === 81) return n === 16 ? 'usual' : n >= 17 ? 'seldom' : null
  if ((four >= 3000 && four <= 3059) || two === 36 || two === 38 || two === 39) return n === 14 ? 'seldom' : null
  if ((four === 2131 || four === 1800) && n === 15) return 'seldom'
  if (two === 50 || two === 56 || two === 57 || two === 58 || two === 60 || two === 63 || two === 67 || two === 69)
    return 'seldom'
  return null
}
