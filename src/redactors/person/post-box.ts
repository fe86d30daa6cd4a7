import { pattern } from '../../core/pattern.ts'
import type { Rule } from '../rule.ts'
import { localityEnd, numberedStart } from './locality.ts'
import { capitals } from './street-words.ts'

const BOX = pattern(
  `(?<![\\p{L}\\p{N}])(?:(?:[Pp]\\.? ?[Oo]\\.? ?[Bb][Oo][Xx]|Postfach|Postbus|Apartado(?: de [Cc]orreos)?|Casella [Pp]ostale) ?#?\\d{1,6}|(?:(?:(?:PSC|CMR|U(?:nit|NIT)) \\d{1,5},? Box \\d{1,5}|US(?:NS|S|CGC|NV|CG) ${capitals(3)})[\\s,]{1,4})?[AFD]PO,? A[AEP] \\d{5})(?!\\d)`,
  'gu',
)

/** Boxes at the post office, and addresses of the American forces, with the place that follows. */
export const postBox: Rule = {
  name: 'post-box',
  type: 'ADDRESS',
  anchors: [
    'o. box',
    'o box',
    '.o.box',
    'postfach',
    'postbus',
    'apartado',
    'casella postale',
    'apo a',
    'fpo a',
    'dpo a',
    'po, a',
  ],
  find(text, hit) {
    let done = 0
    for (const { 0: all, index } of text.matchAll(BOX())) {
      if (index < done) continue
      const start = numberedStart(text, index, done)
      done = localityEnd(text, index + all.length)
      hit(start, done, 0.9)
    }
  },
}
