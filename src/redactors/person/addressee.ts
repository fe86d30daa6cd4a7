import type { Rule } from '../rule.ts'
import { addressTold } from './address-told.ts'
import { canonicalName, FULL_NAME, nameLength } from './name-words.ts'
import { postBox } from './post-box.ts'
import { streetAddress } from './street-address.ts'

/** What stands in front of a line of a letter head, a quotation or a list. */
const MARGIN = '[ \\t>?|*]{0,6}'
/** The beginning of a line that may be that of an address. */
const BEGINS = new RegExp(
  `\\n${MARGIN}(?=\\d{1,6}[a-z]?,? [\\p{L}\\d]|P\\.? ?O\\.? |PSC |Unit |US[NSC]|\\p{Lu}[\\p{L} ]{1,40} \\d)`,
  'gu',
)
const NAMED = new RegExp(`^(${MARGIN})(${FULL_NAME})[ \\t]{0,3}$`, 'u')
/** A line of a sentence: no name stands above it for the address beneath. */
const SENTENCE = /\p{Ll}{3}[.!?;:](?:\s|$)/u
/** How far and how many lines above an address its name may stand. */
const ABOVE = 160
const LINES = 4
const ADDRESSES = [streetAddress, addressTold, postBox]

/** Whose name stands on a line of its own above an address. */
export const addressee: Rule = {
  name: 'name-above-address',
  type: 'PERSON',
  anchors: [...new Set(ADDRESSES.flatMap(({ anchors = [] }) => anchors))],
  canonical: canonicalName,
  find(text, hit) {
    let known: Addresses | undefined
    for (const { 0: all, index } of text.matchAll(BEGINS)) {
      const names = namesAbove(text, index)
      if (names.length === 0) continue
      known ??= addressesOf(text)
      if (!known.begins.has(index + all.length)) continue
      for (const [start, end] of names) if (!known.taken.subarray(start, end).includes(1)) hit(start, end, 0.7)
    }
  },
}

/** Where addresses begin, and for each unit of a text 1 if one holds it: so that to ask costs the same in any text. */
interface Addresses {
  begins: ReadonlySet<number>
  taken: Uint8Array
}

function addressesOf(text: string): Addresses {
  const begins = new Set<number>()
  const taken = new Uint8Array(text.length)
  for (const rule of ADDRESSES) {
    rule.find(text, (start, end) => {
      begins.add(start)
      taken.fill(1, start, end)
    })
  }
  return { begins, taken }
}

/** Lines with nothing but a name among the last ones before `at`. */
function namesAbove(text: string, at: number): [start: number, end: number][] {
  const names: [number, number][] = []
  let end = at
  const least = Math.max(0, at - ABOVE)
  for (let count = 0; count < LINES && end > least; count++) {
    const start = text.lastIndexOf('\n', end - 1) + 1
    if (start < least && start > 0) break
    const line = text.slice(start, end)
    if (SENTENCE.test(line)) break
    const found = NAMED.exec(line)
    if (found !== null) {
      const [, margin = '', name = ''] = found
      if (nameLength(name, 2) === name.length) names.push([start + margin.length, start + margin.length + name.length])
    }
    end = start - 1
  }
  return names
}
