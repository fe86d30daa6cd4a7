import { weighted } from '../checks.ts'
import { isDay, numberRules } from './number-rule.ts'

/** Austria's insurance number: serial, check, birth; months 13 to 15 where the serials of a day are used up. */
function svnr(digits: string): boolean {
  const [day, month, year] = [4, 6, 8].map((at) => Number(digits.slice(at, at + 2))) as [number, number, number]
  const dated =
    (month >= 13 && month <= 15 && day <= 31) || isDay(2000 + year, month, day) || isDay(1900 + year, month, day)
  return dated && weighted(digits.slice(0, 3) + digits.slice(4), [3, 7, 9, 5, 8, 4, 2, 1, 6]) % 11 === Number(digits[3])
}

/** The check of European article numbers (GS1): weights 1 and 3 from the left of thirteen digits. */
const ean13 = (digits: string): boolean => weighted(digits, [1, 3]) % 10 === 0

/** Switzerland's enterprise number: eleven less the remainder; ten is never given. */
const uid = (compact: string): boolean => weighted(compact.slice(3), [5, 4, 3, 2, 7, 6, 5, 4, 1]) % 11 === 0

export const austriaSwitzerland = numberRules([
  {
    name: 'ch-social-security',
    type: 'CH_AHV',
    digits: 13,
    shape: /756([ .-]?)\d{4}\1\d{4}\1\d{2}/,
    check: ean13,
    words: ['ahv', 'avs', 'n?avs13', 'sozialversicherung[a-z]{0,12}', 'social security'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'ch-enterprise',
    type: 'CH_UID',
    digits: 9,
    shape: /CHE[ -]?\d{3}[ .]?\d{3}[ .]?\d{3}/,
    check: uid,
    words: ['uid', 'ide', 'mwst', 'tva', 'iva'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'at-social-security',
    type: 'AT_SVNR',
    digits: 10,
    shape: /[1-9]\d{3}[ -]?\d{6}/,
    check: svnr,
    words: [
      'svnr',
      'sv (?:nummer|nr)',
      'sozialversicherung[a-zäöüß\\s-]{0,16}',
      'versicherungs?(?:nummer|nr)',
      'e card',
      'vsnr',
      'social security',
    ],
    enough: 'alone',
  },
])
