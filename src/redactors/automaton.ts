/** Classes of characters, of which each state of the automaton has a row. */
export const CLASSES = 64
/** Class of all digits; that of what no literal holds, and of all beyond ASCII, is 0. */
export const DIGIT = 1
const SHIFT = Math.log2(CLASSES)
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** An automaton that reads a text character by character and stands in a state for the literals that end there. */
export interface Automaton {
  /** The state behind a character of a class: `next[(state << 6) | class]`; 0 is the first one. */
  next: Uint16Array | Uint32Array
  /** States from this one on stand for literals. */
  accepting: number
  /** Of each state from `accepting` on, less that number: the literals that end there, longest first, by their list and length. */
  found: readonly (readonly Found[])[]
  /** Class of each ASCII character; letters without case. */
  classOf: Uint8Array
}

export interface Found {
  list: number
  length: number
}

/**
 * The automaton of Aho and Corasick (1975) for lists of literals: lower-case ASCII, a digit for any digit, and
 * a character beyond ASCII for any such character or mark that no literal holds. Throws Error where a literal holds
 * capitals, or all of them hold more different characters than there are classes.
 */
export function automatonOf(lists: readonly (readonly string[])[]): Automaton {
  const classOf = classesOf(lists)
  let room = 1
  for (const list of lists) for (const literal of list) room += literal.length

  // the tree of all literals, a row for each state
  const tree = new Uint32Array(room << SHIFT)
  const ends: (Found[] | undefined)[] = []
  let states = 1
  for (const [index, list] of lists.entries()) {
    for (const literal of list) {
      let at = 0
      for (let i = 0; i < literal.length; i++) {
        const edge = (at << SHIFT) | (classOf[literal.charCodeAt(i)] ?? 0)
        if (tree[edge] === 0) tree[edge] = states++
        at = tree[edge] as number
      }
      const held = ends[at] ?? []
      ends[at] = held
      if (held.at(-1)?.list !== index) held.push({ list: index, length: literal.length })
    }
  }

  // breadth first: the state of a shorter suffix is complete when a longer one falls back on it
  const fallback = new Uint32Array(states)
  const queue = new Uint32Array(states)
  let queued = 1
  for (let k = 0; k < queued; k++) {
    const at = queue[k] as number
    const row = at << SHIFT
    const back = (fallback[at] as number) << SHIFT
    for (let kind = 0; kind < CLASSES; kind++) {
      const to = tree[row | kind] as number
      const other = at === 0 ? 0 : (tree[back | kind] as number)
      if (to === 0) tree[row | kind] = other
      else {
        fallback[to] = other
        const more = ends[other]
        if (more !== undefined) ends[to] = [...(ends[to] ?? []), ...more]
        queue[queued++] = to
      }
    }
  }

  // those that stand for literals get the highest numbers, so that one comparison tells them; shallow ones, which are the most used, lie close together
  const order = [
    ...queue.filter((state) => ends[state] === undefined),
    ...queue.filter((state) => ends[state] !== undefined),
  ]
  const place = new Uint32Array(states)
  for (let i = 0; i < states; i++) place[order[i] as number] = i
  const next = new (states > 1 << 16 ? Uint32Array : Uint16Array)(states << SHIFT)
  const found: Found[][] = []
  for (let i = 0; i < states; i++) {
    const state = order[i] as number
    for (let kind = 0; kind < CLASSES; kind++) {
      next[(i << SHIFT) | kind] = place[tree[(state << SHIFT) | kind] as number] as number
    }
    const held = ends[state]
    if (held !== undefined) found.push(held)
  }
  return { next, accepting: states - found.length, found, classOf }
}

/** A class for all digits, one for each letter, and one for each mark that a literal holds. */
function classesOf(lists: readonly (readonly string[])[]): Uint8Array {
  const classOf = new Uint8Array(128)
  for (let code = 48; code < 58; code++) classOf[code] = DIGIT
  let classes = DIGIT + 1
  for (const letter of LETTERS) {
    const code = letter.charCodeAt(0)
    classOf[code] = classes
    classOf[code - 32] = classes++
  }
  for (const list of lists) {
    for (const literal of list) {
      for (let i = 0; i < literal.length; i++) {
        const code = literal.charCodeAt(i)
        if (code >= 65 && code <= 90) throw new Error(`a literal holds small letters only, not ${literal[i]}`)
        if (code > 127 || classOf[code] !== 0) continue
        if (classes === CLASSES)
          throw new Error('the literals use more different characters than the table has room for')
        classOf[code] = classes++
      }
    }
  }
  return classOf
}
