import { automatonOf, DIGIT, type Found } from './automaton.ts'
import type { Rule } from './rule.ts'

/** Digits further apart than this are counted anew. */
const REACH = 6
/** Ends of digits in words, alike; `double seven` is the longest. */
const SPELLED_REACH = 16
/** Shorter rows of letters, digits and marks are counted as none: plain words have so many. */
const LONG = 20
/** A row of so many, two of them no small letters, may be encoded. */
const CODED = 12

/** Marks by which a text can say the same in another way, as bits. */
export const SEEN = { percent: 1, ampersand: 2, newline: 4, backslash: 8 } as const

/** What one pass over a text tells. */
export interface Sifted {
  /** Indexes of the rules that may match, ascending. Empty: none can. */
  rules: readonly number[]
  /** Where the places of a rule begin, ascending; see `Rule.places`. */
  places(rule: number, group: number): readonly number[]
  /** Where rows of digits begin, ascending. */
  numbers: readonly number[]
  /** True where the text holds a character outside ASCII. */
  wide: boolean
  /** The marks of `SEEN` that the text holds. */
  seen: number
  /** Most digits in a row, none further than 6 characters from the next. */
  digits: number
  /** Likewise of digits in words, alone or among written ones; 0 without a word in any such row. */
  spelled: number
  /** True where a row of 12 letters, digits and `+/=_.~-` or more holds two that are no small letters. */
  coded: boolean
}

/** What a character is, beside its class, as bits: a digit or one of the marks of `SEEN`; part of a row, where bit 7 tells; in a row, but no small letter. */
const CLASS = 63
const NOTED = 64
const IN_ROW = 128
const CAPITAL = 256

/**
 * Tells in one pass over a text which rules can match at all, so that an ordinary text costs one table look-up per
 * character and no regular expression. Anchors and places become one automaton over letters without case, digits as one
 * class, and the symbols that they use; digits and long words are counted on the way.
 * @param spelled words for digits, lower-case ASCII, that are counted like digits
 */
export function createSieve(rules: readonly Rule[], spelled: readonly string[] = []): (text: string) => Sifted {
  const groups = rules.flatMap(({ places = [] }, rule) => places.map((literals, group) => ({ rule, group, literals })))
  const { next, accepting, found, classOf } = automatonOf([
    ...rules.map(({ anchors = [] }) => anchors),
    ...groups.map(({ literals }) => literals),
    spelled,
  ])
  const spelling = rules.length + groups.length
  const kinds = Uint16Array.from(
    classOf,
    (kind, code) =>
      kind | (isNoted(code) ? NOTED : 0) | (isInRow(code) ? (isSmall(code) ? IN_ROW : IN_ROW | CAPITAL) : 0),
  )
  const asked = found.map((literals) => literals.flatMap(({ list }) => (list < rules.length ? [list] : [])))
  const asks = Uint8Array.from(asked, (orders) => (orders.length > 0 ? 1 : 0))
  const spells = Uint8Array.from(found, (literals) => (literals.some(({ list }) => list === spelling) ? 1 : 0))
  const told = found.map((literals) => literals.filter(({ list }) => list >= rules.length && list < spelling))
  const tells = Uint8Array.from(told, (literals) => (literals.length > 0 ? 1 : 0))
  /** The list of the first group of each rule. */
  const firstOf = rules.map((_, order) => rules.length + groups.findIndex(({ rule }) => rule === order))

  const least = {
    digits: Uint8Array.from(rules, ({ digits = 0 }) => digits),
    word: Uint8Array.from(rules, ({ word = 0 }) => word),
    run: Uint8Array.from(rules, ({ run = 0 }) => run),
  }
  const unanchored = rules.flatMap(({ anchors }, order) => (anchors === undefined ? [order] : []))
  // by how many digits they ask for, so that a text with few of them passes most rules at once
  const counted = unanchored.sort((x, y) => (least.digits[x] as number) - (least.digits[y] as number))

  // where the pass stands, and what the text in hand has shown so far
  const pass: Pass = { place: 0, kind: 0, state: 0, row: 0, capitals: 0, rows: 0, coded: 0 }
  const seen = new Uint8Array(found.length)
  const met = new Uint32Array(found.length)
  const tally = {
    wide: false,
    marks: 0,
    count: 0,
    digits: 0,
    last: 0,
    row: 0,
    spelled: 0,
    lastSaid: 0,
    words: false,
    states: 0,
    events: [] as number[],
    numbers: [] as number[],
  }
  /** A bit for each rule that is to be asked. */
  const asking = new Uint32Array(Math.ceil(rules.length / 32))

  /** Counts a digit, or the end of one in words. */
  const said = (at: number, word: boolean) => {
    if (at - tally.lastSaid > SPELLED_REACH) {
      tally.row = 0
      tally.words = false
    }
    tally.lastSaid = at
    tally.row++
    tally.words ||= word
    if (tally.words && tally.row > tally.spelled) tally.spelled = tally.row
  }
  const note = (code: number, at: number) => {
    if (code > 127) tally.wide = true
    else if (classOf[code] !== DIGIT) tally.marks |= MARKS[code] as number
    else {
      if (at !== tally.last + 1) tally.numbers.push(at)
      tally.count = at - tally.last <= REACH ? tally.count + 1 : 1
      tally.last = at
      if (tally.count > tally.digits) tally.digits = tally.count
      said(at, false)
    }
  }
  const accept = (state: number, at: number) => {
    if (spells[state] === 1) said(at, true)
    if (tells[state] === 1) tally.events.push(state, at + 1)
    if (asks[state] === 1 && seen[state] === 0) {
      seen[state] = 1
      met[tally.states++] = state
    }
  }
  const ask = (order: number, word: number, run: number) => {
    if ((least.word[order] as number) > word || (least.run[order] as number) > run) return
    asking[order >> 5] = (asking[order >> 5] as number) | (1 << (order & 31))
  }

  return (text) => {
    tally.wide = false
    tally.marks = 0
    tally.count = 0
    tally.digits = 0
    tally.last = -REACH - 1
    tally.row = 0
    tally.spelled = 0
    tally.lastSaid = -SPELLED_REACH - 1
    tally.words = false
    tally.states = 0
    tally.events = []
    tally.numbers = []
    pass.place = pass.state = pass.row = pass.capitals = pass.rows = pass.coded = 0
    while (pass.place < text.length) {
      advance(pass, text, next, kinds, accepting)
      const at = pass.place - 1
      if ((pass.kind & NOTED) !== 0) note(text.charCodeAt(at), at)
      if (pass.state >= accepting) accept(pass.state - accepting, at)
    }

    const { digits, states, events, numbers } = tally
    const { run, word } = (pass.rows & (1 << (LONG - 1))) === 0 ? NO_RUN : runsOf(text)
    for (let k = 0; k < counted.length; k++) {
      const order = counted[k] as number
      if ((least.digits[order] as number) > digits) break
      ask(order, word, run)
    }
    for (let k = 0; k < states; k++) {
      const reached = met[k] as number
      seen[reached] = 0
      for (const order of asked[reached] as readonly number[]) {
        if ((least.digits[order] as number) <= digits) ask(order, word, run)
      }
    }
    return {
      rules: takeAsked(asking),
      places: (rule, group) => placesOf(events, told, (firstOf[rule] as number) + group),
      numbers,
      wide: tally.wide,
      seen: tally.marks,
      digits,
      spelled: tally.spelled,
      coded: (pass.coded & (1 << (CODED - 1))) !== 0,
    }
  }
}

/** Where the pass over a text stands. */
interface Pass {
  /** Of the next character. */
  place: number
  /** Of the last one, and the state behind it. */
  kind: number
  state: number
  /** A bit for each character of the row in hand, and for each that is no small letter, the last one lowest. */
  row: number
  capitals: number
  /** All rows so far laid on each other, and those with two capitals. */
  rows: number
  coded: number
}

/** The bits of a row that are kept: small integers are held without a box. */
const BITS = 0xffffff

/**
 * Reads on to the next character that is noted, to the next state with literals, or to the end. It calls nothing and
 * closes over nothing, so that all it reads stays in registers, which halves the time; rows are shifted in and wiped out
 * without a branch.
 */
function advance(
  pass: Pass,
  text: string,
  next: Uint16Array | Uint32Array,
  kinds: Uint16Array,
  accepting: number,
): void {
  const { length } = text
  let { place, kind, state, row, capitals, rows, coded } = pass
  do {
    const code = text.charCodeAt(place++)
    kind = code < 128 ? (kinds[code] as number) : NOTED
    state = next[(state << 6) | (kind & CLASS)] as number
    const inRow = ((kind << 24) >> 31) & BITS
    const capital = kind >> 8
    row = ((row << 1) | 1) & inRow
    capitals = ((capitals << capital) | capital) & inRow
    rows |= row
    coded |= row & (capitals << (CODED - 2))
  } while ((kind & NOTED) === 0 && state < accepting && place < length)
  pass.place = place
  pass.kind = kind
  pass.state = state
  pass.row = row
  pass.capitals = capitals
  pass.rows = rows
  pass.coded = coded
}

/** The numbers of the bits that are set, ascending; all are cleared. */
function takeAsked(asking: Uint32Array): number[] {
  const orders: number[] = []
  for (let k = 0; k < asking.length; k++) {
    let bits = asking[k] as number
    if (bits === 0) continue
    asking[k] = 0
    for (; bits !== 0; bits &= bits - 1) orders.push((k << 5) | (31 - Math.clz32(bits & -bits)))
  }
  return orders
}

/** @param events pairs of a state and the offset behind it */
function placesOf(events: readonly number[], told: readonly (readonly Found[])[], group: number): number[] {
  const places: number[] = []
  for (let k = 0; k < events.length; k += 2) {
    for (const { list, length } of told[events[k] as number] as readonly Found[]) {
      if (list === group) places.push((events[k + 1] as number) - length)
    }
  }
  return places.length > 1 ? places.sort((x, y) => x - y) : places
}

const NO_RUN = { run: 0, word: 0 }

/** Lengths of the longest run, and of the longest word of letters and digits alone. */
function runsOf(text: string): { run: number; word: number } {
  let longest = 0
  let word = 0
  let run = 0
  let letters = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    letters = isWord(code) ? letters + 1 : 0
    run = letters > 0 || isInRow(code) ? run + 1 : 0
    if (run > longest) longest = run
    if (letters > word) word = letters
  }
  return { run: longest, word }
}

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)

const RUN_MARKS = '+/=_.~-'
const isInRow = (code: number): boolean => isWord(code) || (code < 128 && RUN_MARKS.includes(String.fromCharCode(code)))
const isSmall = (code: number): boolean => code >= 97 && code <= 122

const MARKS = new Uint8Array(128)
for (const [char, bit] of [
  ['%', SEEN.percent],
  ['&', SEEN.ampersand],
  ['\n', SEEN.newline],
  ['\\', SEEN.backslash],
] as const) {
  MARKS[char.charCodeAt(0)] = bit
}

/** Whether the pass looks at an ASCII character itself: a digit, or a mark. */
const isNoted = (code: number): boolean => MARKS[code] !== 0 || (code >= 48 && code <= 57)
