import type { Rule } from './rule.ts'

/** Digits further apart than this are counted anew. */
const REACH = 6
const CLASSES = 64
/** Class of all digits; the letters have the classes behind it. */
const DIGIT = 1
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** What one pass over a text tells. */
export interface Sifted {
  /** Indexes of the rules that may match, ascending. Empty: none can. */
  rules: readonly number[]
  /** True where the text holds a character outside ASCII. */
  wide: boolean
}

/**
 * Tells in one pass over a text which rules can match at all, so that an ordinary text costs one table look-up per
 * character and no regular expression. Anchors become one automaton (Aho and Corasick, 1975) over letters without
 * case, digits as one class, and the symbols that anchors use; digits and the length of words are counted on the way.
 */
export function createSieve(rules: readonly Rule[]): (text: string) => Sifted {
  const { next, accepting, found, classOf } = automaton(rules)
  const counted = rules.flatMap((rule, index) => (rule.digits === undefined ? [] : [{ index, least: rule.digits }]))
  const fewest = Math.min(...counted.map(({ least }) => least))
  const wordy = rules.flatMap((rule, index) => (rule.word === undefined ? [] : [{ index, least: rule.word }]))
  const shortest = Math.min(...wordy.map(({ least }) => least))
  const always = rules.flatMap(({ digits, word, anchors }, i) => ((digits ?? word ?? anchors) === undefined ? [i] : []))

  // which accepting states the text in hand has come through; the scan itself stays free of collections
  const seen = new Uint8Array(found.length)

  return (text) => {
    let state = 0
    let all = 0
    let run = 0
    let most = 0
    let last = -REACH - 1
    let met = false
    let word = 0
    let longest = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      all |= code
      const kind = code < 128 ? (classOf[code] as number) : 0
      state = next[state * CLASSES + kind] as number
      if (kind === DIGIT) {
        run = i - last <= REACH ? run + 1 : 1
        last = i
        if (run > most) most = run
      }
      if (kind > 0 && kind <= DIGIT + LETTERS.length) {
        if (++word > longest) longest = word
      } else word = 0
      if (state >= accepting) {
        seen[state] = 1
        met = true
      }
    }
    const wide = all > 127
    if (!met && most < fewest && longest < shortest) return { rules: always, wide }

    const hits = new Set(always)
    for (const { index, least } of counted) if (most >= least) hits.add(index)
    for (const { index, least } of wordy) if (longest >= least) hits.add(index)
    if (met) {
      for (let at = accepting; at < seen.length; at++) {
        if (seen[at] === 0) continue
        for (const index of found[at] as readonly number[]) hits.add(index)
      }
      seen.fill(0)
    }
    return { rules: [...hits].sort((a, b) => a - b), wide }
  }
}

/** The table: `next[state * CLASSES + class]`; states from `accepting` on have rules in `found`. */
function automaton(rules: readonly Rule[]) {
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
  for (const [index, rule] of rules.entries()) {
    for (const anchor of rule.anchors ?? []) {
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
