import { remainder97 } from '../checks.ts'
import { numberRules } from './number-rule.ts'

const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
/** The letter behind a number is its remainder modulo 23. */
const letterCheck = (digits: string, letter: string | undefined): boolean => LETTERS[Number(digits) % 23] === letter

/** Documento nacional de identidad: seven or eight digits and their letter, in upper case. */
export const isNif = (compact: string): boolean => letterCheck(compact.slice(0, -1), compact.at(-1))

/** Número de identidad de extranjero: X, Y, Z count as 0, 1, 2 in front. */
export const isNie = (compact: string): boolean =>
  letterCheck('XYZ'.indexOf(compact[0] as string) + compact.slice(1, -1), compact.at(-1))

/** Código de identificación fiscal: seven digits as in Luhn's check, the rest to ten as a digit or as a letter. */
export function isCif(compact: string): boolean {
  let sum = 0
  for (let i = 1; i < 8; i++) {
    const d = Number(compact[i])
    sum += i % 2 === 1 ? (d > 4 ? 2 * d - 9 : 2 * d) : d
  }
  const check = (10 - (sum % 10)) % 10
  const letter = 'JABCDEFGHI'[check]
  const kind = compact[0] as string
  if ('NPQRSW'.includes(kind)) return compact[8] === letter
  if ('ABEH'.includes(kind)) return compact[8] === String(check)
  return compact[8] === String(check) || compact[8] === letter
}

export const spain = numberRules([
  {
    name: 'es-nie',
    type: 'ES_NIE',
    digits: 7,
    shape: /[XYZ][ -]?\d{7}[ -]?[A-Z]|[XYZ]0\d{7}-?[A-Z]/i,
    check: (n) => isNie(n.length === 10 ? (n[0] as string) + n.slice(2) : n),
    words: [
      'n\\.?i\\.?e\\.?',
      'número de identi(?:ficación|dad) de extranjer[oa]s?',
      'extranjer[oa]s?',
      'foreigner',
      'identi(?:dad|ficación)',
    ],
    enough: (found) => (/[a-z]/.test(found) ? 'alone' : 'form'),
  },
  {
    // also where bytes and literals of code have a letter behind digits, so that the form is not enough
    name: 'es-nif',
    type: 'ES_NIF',
    digits: 7,
    shape: /\d{7,8}[ -]?[A-Z]|\d{1,2}\.\d{3}\.\d{3}[ -]?[A-Z]|[KLM]\d{7}[A-Z]/i,
    check: (n) => isNif(n.replace(/^[KLM]/, '')),
    words: [
      'n\\.?i\\.?f\\.?',
      'd\\.?n\\.?i\\.?',
      'documento nacional(?: de identidad)?',
      'identi(?:dad|ficación)(?: fiscal)?',
      'identificaci[oó]n',
      'spanish (?:id|tax)',
      'national id',
      'titular',
      'don',
      'doña',
    ],
    enough: (found) => (/^\d{8}-[A-Z]$|^\d{1,2}\./.test(found) ? 'form' : 'alone'),
  },
  {
    name: 'es-company',
    type: 'ES_CIF',
    digits: 7,
    shape: /[ABCDEFGHJNPQRSUVW][ -]?\d{7}[ -]?[0-9A-J]/i,
    check: isCif,
    words: [
      'c\\.?i\\.?f\\.?',
      'n\\.?i\\.?f\\.?',
      'identificación fiscal',
      'empresa',
      'sociedad',
      's\\.?l\\.?u?',
      's\\.?a\\.?',
      'razón social',
    ],
    enough: 'alone',
  },
  {
    // province, eight digits, remainder modulo 97; a serial below ten million counts without its zero
    name: 'es-social-security',
    type: 'ES_NSS',
    digits: 12,
    shape: /\d{2}([ /-]?)\d{8}\1\d{2}/,
    check(n) {
      const serial = n[2] === '0' ? n.slice(3, 10) : n.slice(2, 10)
      const area = Number(n.slice(0, 2))
      return area >= 1 && area <= 66 && remainder97(n.slice(0, 2) + serial) === Number(n.slice(10))
    },
    words: ['seguridad social', 'n\\.?s\\.?s\\.?', 'n\\.?a\\.?f\\.?', 'afiliación', 'social security', 'nuss'],
    enough: 'alone',
  },
  {
    name: 'es-passport',
    type: 'ES_PASSPORT',
    digits: 6,
    shape: /[A-Z]{3}\d{6}/i,
    words: ['pasaportes?', 'passports?'],
    enough: 'alone',
  },
])
