import type { Readable } from 'node:stream'

/** Longest line that is read; a longer one is passed on cut, and then is no JSON. */
const LONGEST = 8 * 2 ** 20

/** Lines of a byte stream, without their ends. Memory is bounded by the longest line. */
export async function* linesOf(input: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = []
  let size = 0
  const take = (piece: Buffer) => {
    if (size < LONGEST) rest.push(piece)
    size += piece.length
  }
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10, from); at !== -1; at = chunk.indexOf(10, from)) {
      take(chunk.subarray(from, at))
      yield rest.length === 1 ? rest[0]! : Buffer.concat(rest)
      rest = []
      size = 0
      from = at + 1
    }
    if (from < chunk.length) take(Buffer.from(chunk.subarray(from)))
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}
