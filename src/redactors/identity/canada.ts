import { luhn } from '../checks.ts'
import { numberRules } from './number-rule.ts'

export const canada = numberRules([
  {
    // 0 and 8 were never given to persons
    name: 'ca-social-insurance',
    type: 'CA_SIN',
    digits: 9,
    shape: /[1-79]\d{2}([- ]?)\d{3}\1\d{3}/,
    check: luhn,
    words: [
      'sin',
      'social insurance',
      'nas',
      "(?:numéro d'|n° d')?assurance sociale",
      'canad(?:a|ian)',
      'service canada',
    ],
    enough: 'alone',
  },
])
