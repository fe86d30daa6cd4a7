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
  const literals = new Map<string, Found[]>()
  for (const [list, all] of lists.entries()) {
    for (const literal of all) {
      const held = literals.get(literal)
      if (held === undefined) literals.set(literal, [{ list, length: literal.length }])
      else if (held.at(-1)?.list !== list) held.push({ list, length: literal.length })
    }
  }
  const classOf = classesOf(literals.keys())
  const { children, ends } = treeOf(literals, classOf)
  const { queue, fallback } = suffixesOf(children, ends)

  // states that stand for literals get the highest numbers, so that one comparison tells them; the shallow ones, which are the most used, lie close together
  const states = children.kind.length
  const place = new Uint32Array(states)
  const found: Found[][] = []
  for (const state of queue) if (ends[state] !== undefined) found.push(ends[state])
  const accepting = states - found.length
  let plain = 0
  let last = accepting
  for (const state of queue) place[state] = ends[state] === undefined ? plain++ : last++

  // where a state has no child, it goes on like its suffix, whose row is ready
  const next = new (states > 1 << 16 ? Uint32Array : Uint16Array)(states << SHIFT)
  for (const state of queue) {
    const row = (place[state] as number) << SHIFT
    const back = (place[fallback[state] as number] as number) << SHIFT
    if (state !== 0) next.copyWithin(row, back, back + CLASSES)
    for (let child = children.first[state] as number; child !== 0; child = children.next[child] as number) {
      next[row | (children.kind[child] as number)] = place[child] as number
    }
  }
  return { next, accepting, found, classOf }
}

/** The tree of all literals: of each state the first child, and of each child the next one and the class that leads to it. 0 is the root, and none. */
interface Tree {
  first: number[]
  next: number[]
  kind: number[]
}

function treeOf(literals: ReadonlyMap<string, Found[]>, classOf: Uint8Array) {
  const children: Tree = { first: [0], next: [0], kind: [0] }
  const ends: (Found[] | undefined)[] = [undefined]
  for (const [literal, held] of literals) {
    let at = 0
    for (let i = 0; i < literal.length; i++) {
      const kind = classOf[literal.charCodeAt(i)] ?? 0
      let child = childOf(children, at, kind)
      if (child === 0) {
        child = children.kind.push(kind) - 1
        children.first.push(0)
        children.next.push(children.first[at] as number)
        children.first[at] = child
        ends.push(undefined)
      }
      at = child
    }
    // two literals are one where they differ in characters of one class alone
    ends[at] = [...(ends[at] ?? []), ...held]
  }
  return { children, ends }
}

function childOf({ first, next, kind }: Tree, state: number, sought: number): number {
  let child = first[state] as number
  while (child !== 0 && kind[child] !== sought) child = next[child] as number
  return child
}

/** States by depth, and of each the one for its longest suffix, whose literals end there too and are added to `ends`. */
function suffixesOf(children: Tree, ends: (Found[] | undefined)[]) {
  const states = children.kind.length
  const fallback = new Uint32Array(states)
  const queue = new Uint32Array(states)
  let queued = 1
  for (let k = 0; k < queued; k++) {
    const at = queue[k] as number
    for (let child = children.first[at] as number; child !== 0; child = children.next[child] as number) {
      queue[queued++] = child
      if (at === 0) continue
      const kind = children.kind[child] as number
      let back = fallback[at] as number
      let other = childOf(children, back, kind)
      while (other === 0 && back !== 0) {
        back = fallback[back] as number
        other = childOf(children, back, kind)
      }
      fallback[child] = other
      const more = ends[other]
      if (more !== undefined) ends[child] = [...(ends[child] ?? []), ...more]
    }
  }
  return { queue, fallback }
}

/** A class for all digits, one for each letter, and one for each mark that a literal holds. */
function classesOf(literals: Iterable<string>): Uint8Array {
  const classOf = new Uint8Array(128)
  for (let code = 48; code < 58; code++) classOf[code] = DIGIT
  let classes = DIGIT + 1
  for (const letter of LETTERS) {
    const code = letter.charCodeAt(0)
    classOf[code] = classes
    classOf[code - 32] = classes++
  }
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const code = literal.charCodeAt(i)
      if (code >= 65 && code <= 90) throw new Error(`a literal holds small letters only, not ${literal[i]}`)
      if (code > 127 || classOf[code] !== 0) continue
      if (classes === CLASSES) throw new Error('the literals use more different characters than the table has room for')
      classOf[code] = classes++
    }
  }
  return classOf
}
