import { weighted } from '../checks.ts'
import { isShortDay, numberRules } from './number-rule.ts'

/** Two check digits modulo eleven, each over what stands before it; `weights` are those of the second. */
function hasTwoChecks(n: string, weights: readonly number[]): boolean {
  const digit = (length: number) => {
    const rest = weighted(n.slice(0, length), weights.slice(weights.length - length)) % 11
    return rest < 2 ? 0 : 11 - rest
  }
  return digit(n.length - 2) === Number(n[n.length - 2]) && digit(n.length - 1) === Number(n[n.length - 1])
}

/** Order of letters and digits in the check of the population register of Mexico. */
const CURP = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ'
const RFC = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ'

function isCurp(n: string): boolean {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += CURP.indexOf(n[i] as string) * (18 - i)
  return isShortDay(n.slice(4, 10)) && (10 - (sum % 10)) % 10 === Number(n[17])
}

/** Tax administration of Mexico, annex 1 of the check: firms have one letter less. */
function isRfc(n: string): boolean {
  const full = n.padStart(13, ' ')
  let sum = 0
  for (let i = 0; i < 12; i++) sum += RFC.indexOf(full[i] as string) * (13 - i)
  const digit = 11 - (sum % 11)
  return isShortDay(full.slice(4, 10)) && (digit === 11 ? '0' : digit === 10 ? 'A' : String(digit)) === full[12]
}

export const latinAmerica = numberRules([
  {
    // Receita Federal
    name: 'br-person',
    type: 'BR_CPF',
    digits: 11,
    shape: /\d{3}\.\d{3}\.\d{3}[-./]\d{2}|\d{9}-?\d{2}/,
    check: (n) => hasTwoChecks(n, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]),
    words: ['cpf', 'cadastro de pessoas? físicas?'],
    enough: (found) => (/\D/.test(found) ? 'form' : 'alone'),
  },
  {
    name: 'br-company',
    type: 'BR_CNPJ',
    digits: 14,
    shape: /\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}|\d{14}/,
    check: (n) => hasTwoChecks(n, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]),
    words: ['cnpj'],
    enough: (found) => (/\D/.test(found) ? 'form' : 'alone'),
  },
  {
    // population register: letters of the name, day of birth, sex, state, consonants, check
    name: 'mx-population',
    type: 'MX_CURP',
    digits: 7,
    shape: /[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{2}[B-DF-HJ-NP-TV-Z]{3}[A-Z0-9]\d/i,
    check: isCurp,
    words: ['curp'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'mx-tax',
    type: 'MX_RFC',
    digits: 6,
    shape: /[A-Z&]{3,4}[- ]?\d{6}[- ]?[A-Z0-9]{2}[0-9A]/i,
    check: isRfc,
    words: ['rfc', 'registro federal', 'contribuyente'],
    enough: 'alone',
  },
  {
    name: 'ar-tax',
    type: 'AR_CUIT',
    digits: 11,
    shape: /(?:2[0347]|3[034]|50|51|55)(?:-\d{8}-|\d{8})\d/,
    check: (n) => '012345678990'[11 - (weighted(n.slice(0, 10), [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)] === n[10],
    words: ['cui[tl]', 'clave única', 'afip'],
    enough: (found) => (found.includes('-') ? 'form' : 'alone'),
  },
  {
    name: 'cl-person',
    type: 'CL_RUT',
    digits: 7,
    shape: /\d{1,2}(?:\.\d{3}\.\d{3}|\d{6})-[\dK]/i,
    check: (n) => {
      const digits = [...n.slice(0, -1)].reverse().join('')
      const digit = 11 - (weighted(digits, [2, 3, 4, 5, 6, 7]) % 11)
      return (digit === 11 ? '0' : digit === 10 ? 'K' : String(digit)) === n.at(-1)
    },
    words: ['rut', 'run', 'rol único'],
    enough: (found) => (found.includes('.') ? 'form' : 'alone'),
  },
])
