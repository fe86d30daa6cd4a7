/** Shorter ones let nearly every text through. */
const LEAST = 2
/** Longer ones tell no more. */
const MOST = 24

const REPEAT = /^(?:([*+?])|\{(\d+)(,\d*)?\})\??/
/** Escapes that stand between characters and for none. */
const ASSERTION = /[bBAz]/
/** Escapes that are followed by more than one character, but for `\p{…}`. */
const LONG = /[xQE0-7]/

/**
 * The longest literal that every match of an RE2 pattern holds, as an anchor of a rule: lower case, a digit for any
 * digit. Null where none can be told at a glance: what stands in groups and classes is not looked at, and alternatives
 * have none in common.
 */
export function requiredLiteral(pattern: string): string | null {
  // where case is folded, k and s are also U+212A and U+017F
  const folded = /\(\?[a-zA-Z]*i/.test(pattern)
  let best = ''
  let run = ''
  const close = () => {
    if (run.length > best.length) best = run
    run = ''
  }

  for (let at = 0; at < pattern.length; ) {
    const atom = atomAt(pattern, at)
    if (atom === null) return null
    at += atom.length
    if (atom.kind === 'assertion') continue
    const [repeat = '', sign, least, more] = REPEAT.exec(pattern.slice(at, at + 16)) ?? []
    at += repeat.length
    const times = sign === '+' ? 1 : sign !== undefined ? 0 : least === undefined ? 1 : Number(least)
    const char = atom.kind === 'literal' && !(folded && /[ks]/i.test(atom.char)) ? atom.char : null
    if (char === null || times === 0) close()
    else {
      run += char.repeat(Math.min(times, MOST))
      if (sign === '+' || more !== undefined || times > MOST) close()
    }
  }
  close()
  return best.length < LEAST ? null : best.slice(0, MOST)
}

type Atom = { length: number } & ({ kind: 'literal'; char: string } | { kind: 'assertion' } | { kind: 'other' })

/** What stands at a place of the pattern; null where nothing can be said of the whole. */
function atomAt(pattern: string, at: number): Atom | null {
  const char = pattern[at] as string
  if (char === '|') return null
  if (char === '^' || char === '$') return { length: 1, kind: 'assertion' }
  if (char === '.') return { length: 1, kind: 'other' }
  if (char === '[') {
    const length = classLength(pattern, at)
    return pattern.slice(at, at + length) === '[0-9]'
      ? { length, kind: 'literal', char: '0' }
      : { length, kind: 'other' }
  }
  if (char === '(') {
    const flags = /^\(\?[imsU-]+\)/.exec(pattern.slice(at, at + 12))?.[0]
    return flags === undefined
      ? { length: groupLength(pattern, at), kind: 'other' }
      : { length: flags.length, kind: 'assertion' }
  }
  if (char !== '\\') return { length: 1, ...literal(char) }
  const next = pattern[at + 1] ?? ''
  if (next === '' || LONG.test(next)) return null
  if (next === 'd') return { length: 2, kind: 'literal', char: '0' }
  if (ASSERTION.test(next)) return { length: 2, kind: 'assertion' }
  if (next === 'p' || next === 'P') {
    const end = pattern[at + 2] === '{' ? pattern.indexOf('}', at) : at + 2
    return end === -1 ? null : { length: end + 1 - at, kind: 'other' }
  }
  if (/[a-zA-Z]/.test(next)) return { length: 2, kind: 'other' }
  return { length: 2, ...literal(next) }
}

const literal = (char: string): { kind: 'literal'; char: string } | { kind: 'other' } =>
  char >= ' ' && char <= '~' ? { kind: 'literal', char: /\d/.test(char) ? '0' : char.toLowerCase() } : { kind: 'other' }

/** Of a character class from its bracket on; a bracket that comes first is a member. */
function classLength(pattern: string, from: number): number {
  let at = from + 1
  if (pattern[at] === '^') at++
  if (pattern[at] === ']') at++
  for (; at < pattern.length && pattern[at] !== ']'; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1)
  }
  return Math.min(at + 1, pattern.length) - from
}

/** Of a group from its parenthesis on, groups within it included. */
function groupLength(pattern: string, from: number): number {
  let depth = 0
  for (let at = from; at < pattern.length; at++) {
    const char = pattern[at]
    if (char === '\\') at++
    else if (char === '[') at += classLength(pattern, at) - 1
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at + 1 - from
  }
  return pattern.length - from
}
