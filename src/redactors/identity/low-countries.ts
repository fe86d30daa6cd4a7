import { luhn, remainder97, verhoeff, weighted } from '../checks.ts'
import { isDay, isShortDay, numberRules } from './number-rule.ts'

/** Burgerservicenummer, the test of eleven: weights 9 to 2 and -1. */
const isBsn = (digits: string): boolean => {
  const nine = digits.padStart(9, '0')
  return !nine.startsWith('00') && weighted(nine, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

/** Birth and serial modulo 97; whoever was born in 2000 or later has a 2 in front for the sum. Months of 20 and 40 more are of foreigners. */
function belgianCheck(digits: string): boolean {
  const key = Number(digits.slice(9))
  const month = Number(digits.slice(2, 4)) % 20
  const birth = digits.slice(0, 2) + String(month).padStart(2, '0') + digits.slice(4, 6)
  // an unknown month or day is 00
  const dated = isShortDay(birth) || (month === 0 && Number(digits.slice(4, 6)) <= 31)
  const born = Number(digits.slice(0, 2)) < 40 ? [digits.slice(0, 9), `2${digits.slice(0, 9)}`] : [digits.slice(0, 9)]
  return dated && born.some((n) => 97 - (Number(n) % 97) === key)
}

/** Luxembourg's matricule: birth, serial, a check of Luhn on eleven and one of Verhoeff on the same eleven. */
const matricule = (digits: string): boolean =>
  isDay(Number(digits.slice(0, 4)), Number(digits.slice(4, 6)), Number(digits.slice(6, 8))) &&
  luhn(digits.slice(0, 12)) &&
  verhoeff(digits.slice(0, 11) + digits[12])

export const lowCountries = numberRules([
  {
    name: 'nl-citizen-service',
    type: 'NL_BSN',
    digits: 8,
    shape: /\d{3}([ .-]?)\d{3}\1\d{3}|\d{4}[. ]?\d{2}[. ]?\d{3}|\d{8}/,
    check: isBsn,
    words: [
      'bsn',
      'burger ?service(?:nummer)?',
      'sofi(?:nummer)?',
      'citizen service',
      'persoonsnummer',
      'onderwijsnummer',
      'dutch (?:id|tax)',
      'rsin',
    ],
    enough: (found) => (found.length === 9 ? 'alone' : 'word'),
  },
  {
    name: 'nl-vat',
    type: 'NL_VAT_ID',
    digits: 9,
    shape: /NL[ .-]?\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?B[ .]?\d{2}/i,
    check: (n) => isBsn(n.slice(2, 11)) || remainder97(n) === 1,
    words: ['btw', 'vat', 'omzetbelasting'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'be-national-register',
    type: 'BE_NATIONAL_NUMBER',
    digits: 11,
    shape: /\d{2}([. ]?)\d{2}\1\d{2}[- .]?\d{3}[. -]?\d{2}/,
    check: belgianCheck,
    words: [
      'rijksregister(?:nummer)?',
      'registre national',
      'national register',
      'numéro national',
      'nationaal nummer',
      'insz',
      'niss',
      'belg(?:ian|ique|ië|e)',
      'national',
    ],
    enough: 'form',
    proven: true,
  },
  {
    name: 'lu-matricule',
    type: 'LU_NATIONAL_ID',
    digits: 13,
    shape: /(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{5}/,
    check: matricule,
    words: ['matricule', 'cns', 'luxemb(?:ou)?rg(?:eois|ish)?', 'sécurité sociale'],
    enough: 'form',
    proven: true,
  },
])
