import type { Rule } from './rule.ts'

/** Digits further apart than this are counted anew. */
const REACH = 6
/** Ends of digits in words, alike; `double seven` is the longest. */
const SPELLED_REACH = 16
const CLASSES = 64
/** Class of all digits; the letters have the classes behind it. */
const DIGIT = 1
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Marks by which a text can say the same in another way, as bits. */
export const SEEN = { percent: 1, ampersand: 2, newline: 4, backslash: 8 } as const

/** What one pass over a text tells. */
export interface Sifted {
  /** Indexes of the rules that may match, ascending. Empty: none can. */
  rules: readonly number[]
  /** True where the text holds a character outside ASCII. */
  wide: boolean
  /** The marks of `SEEN` that the text holds. */
  seen: number
  /** Most digits in a row, none further than 6 characters from the next. */
  digits: number
  /** Likewise of digits in words, alone or among written ones; 0 without a word. */
  spelled: number
}

/**
 * Tells in one pass over a text which rules can match at all, so that an ordinary text costs one table look-up per
 * character and no regular expression. Anchors become one automaton (Aho and Corasick, 1975) over letters without
 * case, digits as one class, and the symbols that anchors use; digits are counted on the way.
 * @param spelled words for digits, lower-case ASCII, that are counted like digits
 */
export function createSieve(rules: readonly Rule[], spelled: readonly string[] = []): (text: string) => Sifted {
  const { next, accepting, found, classOf } = automaton([...rules.map(({ anchors = [] }) => anchors), spelled])
  const spells = Uint8Array.from(found, (lists) => (lists.includes(rules.length) ? 1 : 0))
  const asked = found.map((lists) => lists.filter((index) => index < rules.length))
  const asks = Uint8Array.from(asked, (indexes) => (indexes.length > 0 ? 1 : 0))
  const counted = leastOf(rules, 'digits')
  const fewest = counted[0]?.least ?? Number.POSITIVE_INFINITY
  const wordy = leastOf(rules, 'word')
  const shortest = wordy[0]?.least ?? Number.POSITIVE_INFINITY
  const always = rules.flatMap(({ digits, word, anchors }, i) => ((digits ?? word ?? anchors) === undefined ? [i] : []))

  // the accepting states that the text in hand has come through, each once; the scan itself stays free of collections
  const seen = new Uint8Array(asked.length)
  const met = new Uint16Array(asked.length)
  const asking = new Uint8Array(rules.length)

  return (text) => {
    let state = 0
    let all = 0
    let marks = 0
    let run = 0
    let digits = 0
    let last = -REACH - 1
    let row = 0
    let spelled = 0
    let lastSaid = -SPELLED_REACH - 1
    let inWords = false
    let states = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      all |= code
      let kind = 0
      if (code < 128) {
        kind = classOf[code] as number
        marks |= MARKS[code] as number
      }
      state = next[state * CLASSES + kind] as number
      if (kind === DIGIT) {
        run = i - last <= REACH ? run + 1 : 1
        last = i
        if (run > digits) digits = run
        row = i - lastSaid <= SPELLED_REACH ? row + 1 : 1
        lastSaid = i
        if (row > spelled) spelled = row
      }
      if (state >= accepting) {
        if (spells[state] === 1) {
          row = i - lastSaid <= SPELLED_REACH ? row + 1 : 1
          lastSaid = i
          if (row > spelled) spelled = row
          inWords = true
        }
        if (asks[state] === 1 && seen[state] === 0) {
          seen[state] = 1
          met[states++] = state
        }
      }
    }
    const word = longestWord(text, shortest)
    const told = { wide: all > 127, seen: marks, digits, spelled: inWords ? spelled : 0 }
    if (states === 0 && digits < fewest && word < shortest) return { rules: always, ...told }

    const orders: number[] = []
    const ask = (order: number) => {
      if (asking[order] === 1) return
      asking[order] = 1
      orders.push(order)
    }
    always.forEach(ask)
    for (let k = 0; k < counted.length && (counted[k] as Least).least <= digits; k++) ask((counted[k] as Least).order)
    for (let k = 0; k < wordy.length && (wordy[k] as Least).least <= word; k++) ask((wordy[k] as Least).order)
    for (let k = 0; k < states; k++) {
      const state = met[k] as number
      seen[state] = 0
      for (const order of asked[state] as readonly number[]) ask(order)
    }
    if (orders.length > 1) orders.sort((x, y) => x - y)
    for (const order of orders) asking[order] = 0
    return { rules: orders, ...told }
  }
}

interface Least {
  order: number
  least: number
}

/** Rules that ask for so much of something, the most modest first. */
const leastOf = (rules: readonly Rule[], what: 'digits' | 'word'): Least[] =>
  rules
    .flatMap((rule, order) => (rule[what] === undefined ? [] : [{ order, least: rule[what] }]))
    .sort((x, y) => x.least - y.least)

/** Length of the longest word of letters and digits, if it has at least `least`; else 0. Looks at one character of so many. */
function longestWord(text: string, least: number): number {
  let longest = 0
  for (let at = least - 1; at < text.length; ) {
    if (!isWord(text.charCodeAt(at))) {
      at += least
      continue
    }
    let from = at
    while (from > 0 && isWord(text.charCodeAt(from - 1))) from--
    let to = at + 1
    while (to < text.length && isWord(text.charCodeAt(to))) to++
    longest = Math.max(longest, to - from)
    at = to + least
  }
  return longest < least ? 0 : longest
}

const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)

const MARKS = new Uint8Array(128)
for (const [char, bit] of [
  ['%', SEEN.percent],
  ['&', SEEN.ampersand],
  ['\n', SEEN.newline],
  ['\\', SEEN.backslash],
] as const) {
  MARKS[char.charCodeAt(0)] = bit
}

/**
 * The table: `next[state * CLASSES + class]`; states from `accepting` on have in `found` the indexes of the lists that
 * hold an anchor which ends there.
 */
function automaton(lists: readonly (readonly string[])[]) {
  const classOf = new Uint8Array(128)
  for (let d = 48; d < 58; d++) classOf[d] = DIGIT
  let classes = DIGIT + 1
  const classFor = (char: string) => {
    const code = char.charCodeAt(0)
    if (code > 127 || /[A-Z]/.test(char)) throw new Error(`an anchor holds lower-case ASCII only, not ${char}`)
    if (classOf[code] === 0) {
      if (classes === CLASSES) throw new Error('the anchors use more different characters than the table has room for')
      classOf[code] = classes
      const upper = char.toUpperCase().charCodeAt(0)
      if (upper !== code) classOf[upper] = classes
      classes++
    }
    return classOf[code] as number
  }
  for (const letter of LETTERS) classFor(letter)

  const edges: Map<number, number>[] = [new Map()]
  const ends: Set<number>[] = [new Set()]
  for (const [index, anchors] of lists.entries()) {
    for (const anchor of anchors) {
      let at = 0
      for (const char of anchor) {
        const kind = classFor(char)
        let to = edges[at]?.get(kind)
        if (to === undefined) {
          to = edges.push(new Map()) - 1
          ends.push(new Set())
          edges[at]?.set(kind, to)
        }
        at = to
      }
      ends[at]?.add(index)
    }
  }

  // breadth first: a state's fallback is shallower, so it is complete when it is needed
  const full = edges.map(() => new Uint16Array(CLASSES))
  const fallback = new Uint32Array(edges.length)
  const queue = [0]
  for (const at of queue) {
    const back = fallback[at] as number
    for (let kind = 0; kind < CLASSES; kind++) {
      const to = edges[at]?.get(kind)
      const row = full[at] as Uint16Array
      if (to === undefined) {
        row[kind] = at === 0 ? 0 : (full[back]?.[kind] as number)
        continue
      }
      row[kind] = to
      fallback[to] = at === 0 ? 0 : (full[back]?.[kind] as number)
      for (const index of ends[fallback[to] as number] as Set<number>) ends[to]?.add(index)
      queue.push(to)
    }
  }

  // accepting states get the highest numbers, so that the scan tells them by one comparison
  const order = [...queue.filter((s) => ends[s]?.size === 0), ...queue.filter((s) => ends[s]?.size !== 0)]
  const place = new Uint16Array(order.length)
  for (const [i, s] of order.entries()) place[s] = i
  const next = new Uint16Array(order.length * CLASSES)
  const found: (readonly number[])[] = []
  for (const [i, s] of order.entries()) {
    for (let kind = 0; kind < CLASSES; kind++) next[i * CLASSES + kind] = place[full[s]?.[kind] as number] as number
    found.push([...(ends[s] as Set<number>)])
  }
  return { next, accepting: queue.filter((s) => ends[s]?.size === 0).length, found, classOf }
}
