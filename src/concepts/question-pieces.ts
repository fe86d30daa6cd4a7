/** A part of a question as it is written: characters [from, to) of it. */
export interface Piece {
  from: number
  to: number
  /** `-` stands before it, and it is no number. */
  negated: boolean
  /** `phrase`: between quotation marks. `pair`: `name:value` or `name>value`. `run`: anything else up to a blank. */
  kind: 'phrase' | 'pair' | 'run'
  /** Of a phrase what is quoted, of a pair its value as it is compared (`>2s`), of a run all of it. */
  text: string
  /** Of a pair. */
  name?: string
  /** Of a pair: whether its value is quoted, and so is one value whatever it holds. */
  quoted?: boolean
}

const BLANK = /\s+/y
const RUN = /[^\s"“”]+/y
const PAIR = /([A-Za-z][A-Za-z0-9_.]{0,63})(:|(?=[<>]))(?!\/\/)/y
const OPENING: Readonly<Record<string, string>> = { '"': '"', '“': '”' }

/** Cuts a question into pieces, from left to right, in time linear to its length; what is between them is blank. */
export function piecesOf(q: string): Piece[] {
  const pieces: Piece[] = []
  const quotes = { '"': q.lastIndexOf('"'), '”': q.lastIndexOf('”') }
  /** What is quoted at a place, and where that ends. */
  const quoted = (at: number): { text: string; to: number } | null => {
    const closing = OPENING[q[at] ?? '']
    if (closing === undefined || quotes[closing as '"' | '”'] <= at) return null
    const end = q.indexOf(closing, at + 1)
    return q.slice(at + 1, end).trim() === '' ? null : { text: q.slice(at + 1, end), to: end + 1 }
  }
  for (let at = 0; at < q.length; ) {
    const blank = matchAt(BLANK, q, at)
    if (blank !== null) {
      at += blank[0].length
      continue
    }
    const from = at
    const negated = /^[-−]["“\p{L}]/u.test(q.slice(at, at + 3))
    const start = negated ? at + 1 : at
    const phrase = quoted(start)
    if (phrase !== null) {
      pieces.push({ from, to: phrase.to, negated, kind: 'phrase', text: phrase.text })
      at = phrase.to
      continue
    }
    const run = matchAt(RUN, q, start)?.[0] ?? q[start]!
    const end = start + run.length
    const pair = matchAt(PAIR, q, start)
    const valueAt = start + (pair?.[0].length ?? 0)
    const value = pair === null ? null : valueAt === end ? quoted(end) : { text: q.slice(valueAt, end), to: end }
    if (pair === null || value === null) {
      pieces.push({ from, to: end, negated, kind: 'run', text: q.slice(start, end) })
      at = end
      continue
    }
    pieces.push({
      from,
      to: value.to,
      negated,
      kind: 'pair',
      name: pair[1]!,
      text: value.text,
      quoted: valueAt === end,
    })
    at = value.to
  }
  return pieces
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}
