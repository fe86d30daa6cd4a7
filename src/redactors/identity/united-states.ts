import { digitsOf, near, type Rule } from '../rule.ts'

const NUMBER = /(?<![\w.,$€£#+-]|\d[ ])(\d{3})([- .]?)(\d{2})\2(\d{4})(?![\w-]|[.,]\d)/g
const WORDS = /\bssn\b|\bss ?#|social[ _-]?security|\bsocial\b|\bsoc\.? sec|_ssn|ssn_/i
/** Printed on sample cards and in advertisements, so never a person's. */
const PUBLIC = new Set(['078051120', '219099999', '457555462'])

/** Social security numbers of the United States. With hyphens the form is enough; with blanks or bare a word must stand near. Areas 000, 666 and 900 up, group 00 and serial 0000 were never given. */
const socialSecurity: Rule = {
  name: 'us-social-security',
  type: 'SSN',
  digits: 9,
  canonical: digitsOf,
  find(text, hit) {
    for (const { 0: found, 1: area, 2: mark, 3: group, 4: serial, index } of text.matchAll(NUMBER)) {
      const digits = digitsOf(found)
      if (area === '000' || area === '666' || (area as string) >= '900' || group === '00' || serial === '0000') continue
      if (PUBLIC.has(digits) || /^(\d)\1+$/.test(digits)) continue
      const end = index + found.length
      if (mark === '-' || near(text, index, end, WORDS)) hit(index, end)
    }
  },
}
export const unitedStates: readonly Rule[] = [socialSecurity]
