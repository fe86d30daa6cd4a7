import { createRequire } from 'node:module'
import type Compromise from 'compromise/two'

/** What a word is known as, in small letters. */
export interface Lexicon {
  /** A given name that is hardly ever anything else. */
  isGiven(word: string): boolean
  /** A given name that is another word, too: `mark`, `rose`. */
  maybeGiven(word: string): boolean
  isSurname(word: string): boolean
  /** Any other word: `producer`, `friday`, `spain`. */
  isKnown(word: string): boolean
}

const NAME_TAG = /^(?:MaleName|FemaleName|FirstName|LastName|Person)$/

/**
 * The words that the language library knows. Reading them takes about a third of a second and 30 MB, so only those who ask
 * for names at high sensitivity pay for it.
 */
export function readLexicon(): Lexicon {
  const nlp = createRequire(import.meta.url)('compromise/two') as typeof Compromise
  const { one, two } = nlp.model() as {
    one: { lexicon: Record<string, string | readonly string[]> }
    two: { switches: Record<string, string> }
  }
  const given = new Set<string>()
  const maybe = new Set<string>()
  const surnames = new Set<string>()
  const known = new Set<string>()
  for (const [word, tag] of Object.entries(one.lexicon)) {
    const tags = [tag].flat()
    const switches = two.switches[word]
    if (tags.includes('LastName')) surnames.add(word)
    else if (switches?.startsWith('Person')) maybe.add(word)
    else if (tags.includes('MaleName') || tags.includes('FemaleName')) given.add(word)
    else if (tags.some((one) => NAME_TAG.test(one))) maybe.add(word)
    else known.add(word)
  }
  for (const [word, kind] of Object.entries(two.switches)) {
    if (kind.startsWith('Person')) maybe.add(word)
    else if (!given.has(word) && !surnames.has(word)) known.add(word)
  }
  return {
    isGiven: (word) => given.has(word),
    maybeGiven: (word) => maybe.has(word),
    isSurname: (word) => surnames.has(word),
    isKnown: (word) => known.has(word),
  }
}
