import { weighted } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** Inland Revenue, number validation: the first weights, and the second where the first leave ten. */
function isTaxNumber(compact: string): boolean {
  const n = compact.padStart(9, '0')
  if (Number(n) < 10_000_000 || Number(n) > 150_000_000) return false
  const digit = (weights: readonly number[]) => (11 - (weighted(n.slice(0, 8), weights) % 11)) % 11
  const first = digit([3, 2, 7, 6, 5, 4, 3, 2])
  return (first === 10 ? digit([7, 4, 3, 2, 5, 2, 7, 6]) : first) === Number(n[8])
}

export const newZealand = numberRules([
  {
    name: 'nz-tax',
    type: 'NZ_IRD',
    digits: 8,
    shape: /\d{2,3}([- ]?)\d{3}\1\d{3}/,
    check: isTaxNumber,
    words: ['ird', 'inland revenue', 'gst', 'tax'],
    enough: 'word',
  },
])
