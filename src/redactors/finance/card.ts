import { luhn } from '../checks.ts'
import { digitsOf, near, type Rule } from '../rule.ts'

/** 12 to 19 digits, alone or with one blank or hyphen between groups; no part of a longer word, number or decimal. */
const NUMBER = /(?<![\w.,$€£#+-]|\d[ ])\d(?:[ -]?\d){11,18}(?![ -]?\d|\w|[.,]\d)/g
const WORDS = /card|credit|debit|visa|master|amex|maestro|diners|discover|\bcc\b|\bpan\b|karte|carte|tarjeta|kaart/i

/**
 * Payment card numbers: an issuer's prefix with a length that it uses (ISO/IEC 7812), and the check digit of Luhn. Lengths
 * that are seldom issued (12, 13, 14, 17 to 19 digits) need a word near them or the field to themselves; near such a
 * word any prefix counts.
 */
export const card: Rule = {
  name: 'card-number',
  type: 'CARD',
  digits: 12,
  proven: true,
  canonical: digitsOf,
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(NUMBER)) {
      const digits = digitsOf(found)
      if (!luhn(digits) || /^(\d)\1+$/.test(digits)) continue
      const end = index + found.length
      const brand = brandOf(digits)
      const alone = text.length - found.length <= 2
      if (brand === 'usual' || (brand === 'seldom' && alone) || near(text, index, end, WORDS)) hit(index, end)
    }
  },
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
