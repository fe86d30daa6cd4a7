import { numberRules } from './number-rule.ts'

/** Seven digits with weights 8 to 2, a second letter with 9, modulo 23 as a letter, W for none. */
export function isPps(compact: string): boolean {
  let sum = 0
  for (let i = 0; i < 7; i++) sum += Number(compact[i]) * (8 - i)
  const second = compact[8]
  if (second !== undefined && second !== 'W') sum += (second.charCodeAt(0) - 64) * 9
  return 'WABCDEFGHIJKLMNOPQRSTUV'[sum % 23] === compact[7]
}

export const ireland = numberRules([
  {
    name: 'ie-personal-public-service',
    type: 'IE_PPS',
    digits: 7,
    shape: /\d{7} ?[A-W][A-IW]?/i,
    check: isPps,
    words: ['p\\.?p\\.?s\\.?(?:n\\.?)?', 'personal public service', 'rsi', 'irish (?:tax|id)', 'uimhir phearsanta'],
    enough: 'alone',
  },
])
