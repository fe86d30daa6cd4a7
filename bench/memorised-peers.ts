import { BANDS, bandOf, isNearCopy, isSigned, signatureOf } from '../src/core/signature.ts'
import { indexedForm } from '../src/core/word-forms.ts'
import { isAlike } from '../src/flow/memorised/answer.ts'
import { LEAST_WORDS } from '../src/flow/memorised/passage.ts'
import { wordsOf } from '../src/flow/memorised/words.ts'
import type { Exchange } from './memorised-texts.ts'

/** What others would compare: whole answers, to the word, or by MinHash (core/signature.ts). */
export const PEERS = {
  'equal answers': { keysOf: ({ form }) => [form], isSame: (a, b) => a.form === b.form },
  'near copies': {
    keysOf: ({ signature }) => Array.from({ length: BANDS }, (_, band) => `${band} ${bandOf(signature, band)}`),
    isSame: (a, b) => isNearCopy(a.signature, b.signature),
  },
} as const satisfies Record<string, { keysOf(text: Whole): string[]; isSame(a: Whole, b: Whole): boolean }>

interface Whole {
  form: string
  signature: Uint8Array
}

const wholeOf = (response: string): Whole => {
  const form = indexedForm(response)
    .replace(/[^a-z0-9\u0080-\uffff]+/gi, ' ')
    .trim()
  return { form, signature: signatureOf(form) }
}

/** Whether a peer finds two answers to be one. */
export function isFound(peer: keyof typeof PEERS, one: Exchange, other: Exchange): boolean {
  return PEERS[peer].isSame(wholeOf(one.response), wholeOf(other.response))
}

/** Groups that a peer makes of long answers to different people who asked unlike things. */
export function groupsOf(peer: keyof typeof PEERS, exchanges: readonly Exchange[]): number {
  const { keysOf, isSame } = PEERS[peer]
  const long = exchanges.flatMap(({ user, prompt, response }) => {
    const whole = wholeOf(response)
    if (whole.form.split(' ').length < LEAST_WORDS || !isSigned(whole.signature)) return []
    return [{ user, asked: new Set(wordsOf(prompt).hashes), ...whole }]
  })
  const leader = long.map((_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (leader[root] !== root) root = leader[root]!
    return root
  }
  const joined = new Set<number>()
  const byKey = new Map<string, number[]>()
  for (const [i, one] of long.entries())
    for (const key of keysOf(one)) {
      const same = byKey.get(key) ?? []
      byKey.set(key, same)
      for (const j of same.slice(-20)) {
        const other = long[j]!
        if (one.user === other.user || isAlike(one.asked, other.asked) || !isSame(one, other)) continue
        joined.add(i).add(j)
        leader[rootOf(i)] = rootOf(j)
      }
      same.push(i)
    }
  return new Set([...joined].map(rootOf)).size
}
