import { words } from '../../concepts/word-scan.ts'
import { K_ANONYMITY } from '../../core/cluster.ts'
import { PLACEHOLDER } from '../../redactors/placeholder.ts'

/** A prompt that a label is made of. */
export interface Said {
  user_id: string | null
  text: string
}

/** Phrases of a label. */
const PHRASES = 3
/** Words of a phrase. */
const LONGEST = 3
/** Of one prompt so much is read. */
const MOST_WORDS = 120

/** Phrases by how many users say them. */
export type Phrases = ReadonlyMap<string, number>

/**
 * Phrases of one to three words with the number of users who say each; prompts without a user count as those of one.
 * Placeholders of what was redacted are no words.
 */
export function phrasesOf(said: readonly Said[]): { phrases: Phrases; users: number } {
  const by = new Map<string, Set<string>>()
  const users = new Set<string>()
  for (const { user_id, text } of said) {
    const user = user_id ?? ''
    users.add(user)
    for (const part of text.split(PLACEHOLDER)) {
      const list = words(part).slice(0, MOST_WORDS)
      for (let at = 0; at < list.length; at++)
        for (let n = 1; n <= LONGEST && at + n <= list.length; n++) {
          const run = list.slice(at, at + n)
          if (!tells(run)) continue
          const phrase = run.join(' ')
          const whose = by.get(phrase) ?? new Set()
          whose.add(user)
          by.set(phrase, whose)
        }
    }
  }
  return { phrases: new Map([...by].map(([phrase, whose]) => [phrase, whose.size])), users: users.size }
}

/**
 * What tells a cluster from others: phrases that many of its users say and few elsewhere (term frequency by class times
 * inverse frequency over all: Grootendorst, 2022, with users in place of words, so that one loud user is no subject).
 * Null where no phrase is of at least five users: nobody shall be quoted who can be told.
 * @param all phrases of all clusters together
 */
export function labelOf(
  own: { phrases: Phrases; users: number },
  all: { phrases: Phrases; users: number },
): string[] | null {
  const scored = [...own.phrases]
    .filter(([, n]) => n >= K_ANONYMITY)
    .map(([phrase, n]) => {
      const length = phrase.split(' ').length
      const elsewhere = Math.log(1 + all.users / Math.max(1, all.phrases.get(phrase) ?? n))
      return { phrase, score: (n / own.users) * elsewhere * LENGTH_WORTH[length - 1]! }
    })
    .sort((a, b) => b.score - a.score || (a.phrase < b.phrase ? -1 : 1))
  const label: string[] = []
  for (const { phrase } of scored) {
    if (label.length === PHRASES) break
    if (!label.some((one) => shares(one, phrase))) label.push(phrase)
  }
  return label.length === 0 ? null : label
}

/** A phrase says more than a word that occurs as often. */
const LENGTH_WORTH = [1, 1.6, 2]

const shares = (a: string, b: string): boolean => {
  const has = new Set(a.split(' '))
  return b.split(' ').some((word) => has.has(word))
}

/** A phrase neither begins nor ends with a word that says nothing, and holds no number, which may be anybody's. */
function tells(run: readonly string[]): boolean {
  return !EMPTY.has(run[0]!) && !EMPTY.has(run.at(-1)!) && run.every((word) => word.length > 1 && !/\p{N}/u.test(word))
}

const EMPTY = new Set(
  (
    'a about after all also am an and any are as at be been before but by can could did do does doing for from get give go ' +
    "had has have having he her here him his how i i'd i'll i'm i've if in into is it it's its just know let like make may me " +
    'might more most much must my need no not now of off on one only or other our out over own please say she should so ' +
    "some such tell than thanks that that's the their them then there these they this those to too under up us use want was we " +
    "were what what's when where which while who why will with would yes you you'd your"
  ).split(' '),
)
