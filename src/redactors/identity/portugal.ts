import { weighted } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** Número de identificação fiscal: weights 9 to 2, eleven less the remainder, 10 and 11 as 0. */
export const isPortugueseNif = (digits: string): boolean => {
  const rest = weighted(digits.slice(0, 8), [9, 8, 7, 6, 5, 4, 3, 2]) % 11
  return /^[1235689]/.test(digits) && (rest < 2 ? 0 : 11 - rest) === Number(digits[8])
}

/** Luhn's check with letters as 10 to 35, on the twelve characters of a citizen's card. */
function citizenCheck(compact: string): boolean {
  let sum = 0
  for (let i = 0; i < 12; i++) {
    const value = Number.parseInt(compact[i] as string, 36)
    const doubled = value * 2 > 9 ? value * 2 - 9 : value * 2
    sum += i % 2 === 0 ? doubled : value
  }
  return sum % 10 === 0
}

export const portugal = numberRules([
  {
    name: 'pt-nif',
    type: 'PT_NIF',
    digits: 9,
    shape: /[1235689]\d{2}([ .-]?)\d{3}\1\d{3}/,
    check: isPortugueseNif,
    words: ['n\\.?i\\.?f\\.?', 'nipc', 'contribuinte', 'identificação fiscal', 'finanças', 'portugu(?:ese|ês|esa)'],
    enough: 'word',
  },
  {
    name: 'pt-citizen-card',
    type: 'PT_CITIZEN_CARD',
    digits: 9,
    shape: /\d{8}[ -]?\d[ -]?[A-Z][A-Z0-9]\d/i,
    check: citizenCheck,
    words: ['cartão d[eo] cidadão', 'c\\.?c\\.?', 'bilhete de identidade', 'identidade', 'citizen card', 'id card'],
    enough: (found) => (/^\d{8}[ -]\d[ -][A-Z]/.test(found) ? 'form' : 'alone'),
  },
])
