import { luhn } from '../checks.ts'
import { numberRules } from './number-rule.ts'

export const westAsia = numberRules([
  {
    // Emirates: country, year of birth, number, Luhn
    name: 'ae-identity',
    type: 'AE_ID',
    digits: 15,
    shape: /784-?(?:19|20)\d{2}-?\d{7}-?\d/,
    check: luhn,
    words: ['emirates id', 'eid', 'uae', 'هوية'],
    enough: 'form',
  },
  {
    name: 'il-identity',
    type: 'IL_ID',
    digits: 8,
    shape: /\d{8,9}/,
    check: (n) => luhn(n.padStart(9, '0')),
    words: ['teudat zehut', 'israeli? id', 'ת\\.?ז\\.?', 'תעודת זהות', 'מספר זהות'],
    enough: 'word',
  },
  {
    name: 'pk-identity',
    type: 'PK_CNIC',
    digits: 13,
    shape: /[1-7]\d{4}-?\d{7}-?\d/,
    words: ['cnic', 'nicop', 'nadra', 'شناختی'],
    enough: (found) => (found.includes('-') ? 'alone' : 'word'),
  },
])
