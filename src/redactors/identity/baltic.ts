import { weighted } from '../checks.ts'
import { isDay, numberRules } from './number-rule.ts'

/** Estonia and Lithuania: sex and century, birth, serial; where the first weights give ten, the second ones count. */
function isikukood(digits: string): boolean {
  const century = 1800 + 100 * Math.floor((Number(digits[0]) - 1) / 2)
  const [year, month, day] = [1, 3, 5].map((at) => Number(digits.slice(at, at + 2))) as [number, number, number]
  if (!isDay(century + year, month, day)) return false
  const first = weighted(digits.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const rest = first < 10 ? first : (weighted(digits.slice(0, 10), [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10
  return rest === Number(digits[10])
}

/** Latvia: birth, century, serial, check; numbers that begin with 32 tell no birth. */
function personasKods(digits: string): boolean {
  const dated = isDay(
    ([1800, 1900, 2000][Number(digits[6])] ?? 0) + Number(digits.slice(4, 6)),
    Number(digits.slice(2, 4)),
    Number(digits.slice(0, 2)),
  )
  if (digits.startsWith('32')) return true
  const rest = ((1101 - weighted(digits.slice(0, 10), [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10
  return dated && rest === Number(digits[10])
}

export const baltic = numberRules([
  {
    name: 'ee-lt-personal-code',
    type: 'EE_LT_PERSONAL_CODE',
    digits: 11,
    shape: /[1-8]\d{10}/,
    check: isikukood,
    words: [
      'isikukood(?:i)?',
      'asmens kodas',
      'asmens kodo',
      'personal (?:identification )?code',
      'estonian id',
      'lithuanian id',
      'ik',
    ],
    enough: 'alone',
  },
  {
    name: 'lv-personal-code',
    type: 'LV_PERSONAS_KODS',
    digits: 11,
    shape: /\d{6}-?\d{5}/,
    check: personasKods,
    words: ['personas kods', 'personas koda', 'latvian id', 'pk'],
    enough: 'word',
  },
])
