import { luhn, verhoeff } from '../checks.ts'
import { isShortDay, numberRules } from './number-rule.ts'

export const africa = numberRules([
  {
    // Department of Home Affairs: day of birth, number, citizen, resident or refugee, 8 or 9, Luhn
    name: 'za-identity',
    type: 'ZA_ID_NUMBER',
    digits: 13,
    shape: /\d{6}([ -]?)\d{4}\1[0-2][89]\1?\d/,
    check: (n) => isShortDay(n) && luhn(n),
    words: [
      '(?:south african|rsa|sa|smart|national) id',
      'id number',
      'identity',
      'resident',
      'refugee',
      'isazisi',
      'id nommer',
    ],
    // what begins so is a time in milliseconds, too
    enough: (found) => (/^1[678]\d{11}$/.test(found) ? 'word' : 'form'),
    proven: true, // one of 27 six digits is a day, 6 of 100 pairs are status and 8 or 9, one of ten passes: 1 in 4,500
  },
  {
    name: 'ng-identity',
    type: 'NG_NIN',
    digits: 11,
    shape: /\d{11}|\d{4} \d{3} \d{4}/,
    check: verhoeff,
    words: ['v?nin', 'nimc', 'national identi(?:ty|fication)', 'nigerian?(?: id| identification)?'],
    enough: 'alone',
  },
  {
    name: 'ng-vehicle',
    type: 'NG_VEHICLE_REGISTRATION',
    digits: 3,
    shape: /[A-Z]{3}[- ]?\d{3}[- ]?[A-Z]{2}/,
    words: ['plates?(?: numbers?)?', 'vehicle', 'registration', 'frsc'],
    enough: 'alone',
  },
])
