import { verhoeff } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** Codes of states and territories on number plates, former ones too. */
const STATE =
  '(?:A[NPRS]|B[HR]|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB)'

export const india = numberRules([
  {
    // Unique Identification Authority: never 0 or 1 in front, no palindromes
    name: 'in-aadhaar',
    type: 'IN_AADHAAR',
    digits: 12,
    shape: /[2-9]\d{3}([- :]?)\d{4}\1\d{4}/,
    check: (n) => verhoeff(n) && n !== [...n].reverse().join(''),
    words: ['a+dha+r', 'uidai', 'uid', 'आधार'],
    enough: (found) => (/[ -]/.test(found) ? 'form' : 'alone'),
  },
  {
    name: 'in-tax-account',
    type: 'IN_PAN',
    digits: 4,
    shape: /[A-Z]{5}\d{4}[A-Z]/i,
    words: ['pan', 'pan card', 'permanent account', 'income tax', 'pancard', 'पैन'],
    enough: 'alone',
  },
  {
    // state, permanent account number, registration, Z, check: nothing else is written so
    name: 'in-goods-tax',
    type: 'IN_GSTIN',
    digits: 6,
    shape: /(?:0[1-9]|[1-3]\d|9[79])[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]/i,
    words: ['gst(?:in)?', 'goods and services tax', 'tax identification'],
    enough: (found) => (/[a-z]/.test(found) ? 'alone' : 'form'),
    proven: true,
  },
  {
    name: 'in-passport',
    type: 'IN_PASSPORT',
    digits: 7,
    shape: /[A-Z][1-9]\d ?\d{4}[1-9]/,
    words: ['passports?', 'पासपोर्ट'],
    enough: (found) => (found.includes(' ') ? 'word' : 'alone'),
  },
  {
    name: 'in-voter',
    type: 'IN_VOTER',
    digits: 7,
    shape: /[A-Z]{3}\d{7}/i,
    words: ['vot(?:er|ers|e|ing)', 'epic', 'elector(?:al|s)?', 'मतदाता'],
    enough: 'word',
  },
  {
    name: 'in-vehicle',
    type: 'IN_VEHICLE_REGISTRATION',
    digits: 4,
    shape: new RegExp(
      `${STATE}[- ]?\\d{1,2}[- ]?[A-Z]{1,3}[- ]?(?!0000)\\d{4}|[2-9]\\d[- ]?BH[- ]?(?!0000)\\d{4}[- ]?[A-HJ-NP-Z]{1,2}|[A-Z]{2,3}(?!0000)\\d{4}|\\d{1,3}(?:CD|CC|UN)[1-9]\\d{0,3}`,
    ),
    words: ['rto', 'vehicle', '(?:number|licen[cs]e) plate', 'plates?', 'registration', '(?:car|bike|scooter)'],
    enough: (found) => (new RegExp(`^${STATE}|BH`).test(found) && found.length > 7 ? 'alone' : 'word'),
  },
])
