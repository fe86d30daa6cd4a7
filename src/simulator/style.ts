import { facts, words } from './facts.ts'
import { phrases, say } from './grammar.ts'
import type { Random } from './random.ts'

/** How somebody writes. */
export interface Style {
  register: 'plain' | 'polite' | 'terse' | 'wordy'
  /** Share of longer words that come out with a slip. */
  typos: number
}

const VOCABULARY = { facts, words }
const OPENING = phrases(['{hello}, ', '{hello},\n', '{hello}! ', ''])
const CONTEXT = phrases(['{context} '])
const THANKS = phrases([' {thanks}', '\n{thanks}', ''])
const URGENCY = phrases([' {urgency}', ''])

/** A style as people have them: most plain, few careless. */
export function someStyle(random: Random): Style {
  const register = random.weighted(['plain', 'polite', 'terse', 'wordy'] as const, (r) => (r === 'plain' ? 4 : 2))
  return { register, typos: random.chance(0.5) ? 0 : random.beta(1, 30) }
}

/** A question as this person would send it. */
export function worded(question: string, { register, typos }: Style, random: Random): string {
  const extra = (from: typeof OPENING) => say(random.pick(from), VOCABULARY, new Map(), random)
  const clean = tidy(question)
  const whole =
    register === 'polite'
      ? tidy(extra(OPENING) + clean) + extra(THANKS)
      : register === 'wordy'
        ? tidy((random.chance(0.3) ? extra(OPENING) : '') + extra(CONTEXT) + clean) + extra(URGENCY)
        : register === 'terse'
          ? (random.chance(0.7) ? clean.charAt(0).toLowerCase() + clean.slice(1) : clean).replace(/[.?!]$/, '')
          : clean
  return typos === 0 ? whole : whole.replace(/[a-z]{5,}/g, (word) => (random.chance(typos) ? slip(word, random) : word))
}

/** Capital letters at the start of sentences, and the article that the next word asks for. */
export function tidy(text: string): string {
  return text
    .replace(/\b([Aa])n? (?=([A-Za-z][\w-]*))/g, (_, a: string, next: string) => `${a}${soundsOpen(next) ? 'n' : ''} `)
    .replace(/(^|[.!?] )([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase())
}

/** Whether a word asks for `an`: by its first sound, where letters that are spelt out count by their names. */
function soundsOpen(word: string): boolean {
  if (/^(one|uni|use|usual|eu)/i.test(word)) return false
  return /^([aeiou]|hour|honest)/i.test(word) || /^[FHLMNRSX]([A-Z]|-)/.test(word)
}

/** Two letters swapped, one doubled, or one lost. */
function slip(word: string, random: Random): string {
  const at = random.whole(1, word.length - 2)
  const kind = random.whole(0, 2)
  if (kind === 0) return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
  return kind === 1 ? word.slice(0, at) + word.slice(at - 1) : word.slice(0, at) + word.slice(at + 1)
}
