import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Rule } from '../rule.ts'
import { addressTold } from './address-told.ts'
import { canonicalName, FULL_NAME, nameLength } from './name-words.ts'
import { postBox } from './post-box.ts'
import { streetAddress } from './street-address.ts'

/** What stands in front of a line of a letter head, a quotation or a list. */
const MARGIN = '[ \\t>?|*]{0,6}'
/** The beginning of a line that may be that of an address. */
const BEGINS = pattern(
  `\\n${MARGIN}(?=\\d{1,6}[a-z]?,? [\\p{L}\\d]|P\\.? ?O\\.? |PSC |Unit |US[NSC]|\\p{Lu}[\\p{L} ]{1,40} \\d)`,
  'uy',
)
/** What such a line begins with where its number does not stand near its beginning. */
const PLACES = [['p o', 'po ', 'po.', 'p. o', 'p.o', 'psc ', 'unit ', 'usn', 'uss', 'usc']]
const cluesOf = cluesIn(PLACES)
/** How far from the beginning of its line the number or the word of an address stands. */
const NEAR = 56
const NAMED = pattern(`^(${MARGIN})(${FULL_NAME})[ \\t]{0,3}$`, 'u')
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
  digits: 1,
  places: PLACES,
  canonical: canonicalName,
  find(text, hit, { numbers, places } = cluesOf(text)) {
    let known: Addresses | undefined
    const told = places(0)
    const lines = breaksBefore(text, told.length === 0 ? numbers() : [...numbers(), ...told].sort((x, y) => x - y))
    for (const { 0: all, index } of matchesAt(text, lines, BEGINS())) {
      const names = namesAbove(text, index)
      if (names.length === 0) continue
      known ??= addressesOf(text)
      if (!known.begins.has(index + all.length)) continue
      for (const [start, end] of names) if (!known.taken.subarray(start, end).includes(1)) hit(start, end, 0.7)
    }
  },
}

/** The line feeds shortly in front of some places, each once. */
function* breaksBefore(text: string, places: readonly number[]): Generator<number> {
  // what was looked at for one place is not looked at for the next
  let from = 0
  for (const place of places) {
    const least = Math.max(from, place - NEAR)
    let at = place - 1
    while (at >= least && text.charCodeAt(at) !== LINE_FEED) at--
    from = place
    if (at >= least) yield at
  }
}

const LINE_FEED = 10

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
    const found = NAMED().exec(line)
    if (found !== null) {
      const [, margin = '', name = ''] = found
      if (nameLength(name, 2) === name.length) names.push([start + margin.length, start + margin.length + name.length])
    }
    end = start - 1
  }
  return names
}
