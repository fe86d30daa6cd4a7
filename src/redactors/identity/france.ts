import { luhn } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** 97 less the remainder of the number; the departments 2A and 2B of Corsica count as 19 and 18. */
function nirKey(compact: string): boolean {
  const digits = compact.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - (Number(digits) % 97) === Number(compact.slice(13))
}

export const france = numberRules([
  {
    // Numéro d'inscription au répertoire: sex, year and month of birth, place, serial, key
    name: 'fr-social-security',
    type: 'FR_NIR',
    digits: 13,
    shape:
      /[1-478]([ .-]?)\d{2}\1(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)\1(?:\d{2}|2[AB])\1\d{3}\1\d{3}[ .-]?(?:\(\d{2}\)|\d{2})/i,
    check: nirKey,
    words: [
      'sécurité sociale',
      'securite sociale',
      'sécu',
      'n\\.?i\\.?r\\.?',
      'insee',
      "numéro d['’]inscription",
      'carte vitale',
      'social security',
      'assuré',
      'n[°º] ?ss',
    ],
    enough: 'form',
    proven: true,
  },
  {
    name: 'fr-tax',
    type: 'FR_TAX_NUMBER',
    digits: 13,
    shape: /[0-3]\d([ ]?)\d{2}\1\d{3}\1\d{3}\1\d{3}/,
    check: (n) => Number(n.slice(0, 10)) % 511 === Number(n.slice(10)),
    words: ['numéro fiscal', 'spi', 'impôts?', "avis d[’']imposition", 'fiscal', 'tax'],
    enough: 'alone',
  },
  {
    name: 'fr-establishment',
    type: 'FR_SIRET',
    digits: 14,
    shape: /\d{3}([ ]?)\d{3}\1\d{3}[ ]?\d{5}/,
    check: luhn,
    words: ['siret', 'établissement', 'siège', 'rcs', 'entreprise', 'kbis'],
    enough: 'word',
  },
  {
    name: 'fr-company',
    type: 'FR_SIREN',
    digits: 9,
    shape: /\d{3}([ .-]?)\d{3}\1\d{3}/,
    check: luhn,
    words: ['siren', 'rcs(?: [a-zéèê-]{2,24})?', 'r\\.c\\.s\\.', 'kbis', "numéro d[’']entreprise"],
    enough: 'word',
  },
  {
    // of the card before 2021 twelve digits, since then nine characters
    name: 'fr-id-card',
    type: 'FR_ID_CARD',
    digits: 4,
    shape: /\d{12}|[A-HJ-NPR-Z0-9]{9}/,
    words: ["carte (?:nationale )?d['’]identité", 'cni', "pièce d['’]identité", 'identity card', 'id card'],
    enough: 'word',
  },
  {
    name: 'fr-passport',
    type: 'FR_PASSPORT',
    digits: 7,
    shape: /\d{2} ?[A-Z]{2} ?\d{5}/,
    words: ['passeports?', 'passports?'],
    enough: 'word',
  },
])
