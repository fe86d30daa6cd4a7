import { weighted } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** Last letters by remainder: citizens and residents, foreigners, foreigners since 2022. */
const LETTERS = { S: 'JZIHGFEDCBA', T: 'JZIHGFEDCBA', F: 'XWUTRQPNMLK', G: 'XWUTRQPNMLK', M: 'XWUTRQPNJLK' } as const
const OFFSET = { S: 0, T: 4, F: 0, G: 4, M: 3 } as const

function isIdentity(n: string): boolean {
  const series = n[0] as keyof typeof LETTERS
  const rest = (weighted(n.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + OFFSET[series]) % 11
  return LETTERS[series][rest] === n[8]
}

/** Letters and digits of a unique entity number in the order of its check. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWX0123456789'

/** Accounting and Corporate Regulatory Authority: businesses, local companies, all others. */
function isEntity(n: string): boolean {
  if (/^\d{8}[A-Z]$/.test(n)) return 'XMKECAWLJDB'[weighted(n.slice(0, 8), [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === n[8]
  if (/^\d{9}[A-Z]$/.test(n)) return 'ZKCMDNERGWH'[weighted(n.slice(0, 9), [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === n[9]
  let sum = 0
  for (const [i, weight] of [4, 3, 5, 3, 10, 2, 2, 5, 7].entries()) {
    const place = ALPHABET.indexOf(n[i] as string)
    if (place === -1) return false
    sum += place * weight
  }
  return ALPHABET[(((sum - 5) % 11) + 11) % 11] === n[9]
}

export const singapore = numberRules([
  {
    name: 'sg-identity',
    type: 'SG_NRIC_FIN',
    digits: 7,
    shape: /[STFGM]\d{7}[A-Z]/i,
    check: isIdentity,
    words: ['nric', 'fin', 'singpass', 'identity card', 'singapore'],
    enough: (found) => (/^[A-Z]/.test(found) ? 'form' : 'alone'),
  },
  {
    name: 'sg-entity',
    type: 'SG_UEN',
    digits: 6,
    shape: /\d{8,9}[A-Z]|[RST]\d{2}[A-Z]{2}\d{4}[A-Z]/i,
    check: isEntity,
    words: ['uen', 'unique entity', 'acra', 'business registration', 'singapore'],
    enough: 'alone',
  },
])
