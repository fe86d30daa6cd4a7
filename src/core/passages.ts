/** A piece of a text: UTF-16 units [start, end). */
export interface Passage {
  start: number
  end: number
}

/** A text up to this many characters has a meaning that one vector can hold; most are shorter. */
const SHORT = 2_000
/** Characters of a chunk: about 90 tokens of English. Longer, and a sentence is lost among the others (docs/decisions/0006-chunks.md); shorter, and there are more. */
const CHUNK = 400
/** Of the chunk before, whole sentences of at most this many characters begin the next one, so that what spans two is in one. */
const OVERLAP = 80
/** Chunks of one text at most; those of a longer text are longer. */
const MOST_CHUNKS = 16
/** A sentence that is longer is cut. */
const MOST_SENTENCE = 400

/**
 * The chunks that a long text is read in besides the whole, at ends of sentences or lines where it has any, each beginning
 * with the end of the one before. None for a short text; at most 16. They cover all of it.
 */
export function chunksOf(text: string): Passage[] {
  if (text.length <= SHORT) return []
  const sentences = sentencesOf(text)
  for (let size = Math.max(CHUNK, text.length / MOST_CHUNKS); ; size *= 1.25) {
    const chunks = gathered(sentences, size)
    if (chunks.length <= MOST_CHUNKS) return chunks
  }
}

function gathered(sentences: readonly Passage[], size: number): Passage[] {
  const chunks: Passage[] = []
  for (let first = 0; first < sentences.length; ) {
    const { start } = sentences[first]!
    let next = first + 1
    while (next < sentences.length && sentences[next]!.end - start <= size) next++
    const { end } = sentences[next - 1]!
    chunks.push({ start, end })
    if (next === sentences.length) break
    let from = next
    while (from - 1 > first && end - sentences[from - 1]!.start <= OVERLAP) from--
    first = from
  }
  return chunks
}

/**
 * Sentences and lines of a text in their order, without the space around them; a long one in pieces. Takes time in
 * proportion to the text, whatever it holds.
 * @param most sentences to look for
 */
export function sentencesOf(text: string, most = Number.POSITIVE_INFINITY): Passage[] {
  const found: Passage[] = []
  let start = -1
  let end = 0
  const close = () => {
    if (start >= 0) found.push({ start, end })
    start = -1
  }
  for (let i = 0; i < text.length && found.length < most; i++) {
    const code = text.charCodeAt(i)
    if (isSpace(code)) {
      if (code === NEWLINE || (start >= 0 && STOPS.has(text[lastBut(text, end)]!))) close()
      continue
    }
    if (start >= 0 && end - start >= MOST_SENTENCE && !isLow(code)) close()
    if (start < 0) start = i
    end = i + 1
    if (WIDE_STOPS.has(text[i]!)) close()
  }
  if (found.length < most) close()
  return found
}

const NEWLINE = 0x0a
const STOPS: ReadonlySet<string> = new Set('.!?…')
/** No space follows these. */
const WIDE_STOPS: ReadonlySet<string> = new Set('。！？')
/** What may stand between the end of a sentence and the space behind it. */
const CLOSERS: ReadonlySet<string> = new Set(['"', "'", ')', ']', '”', '’', '»', '*'])
const MOST_CLOSERS = 4

/** Place of the last character before `end` that closes nothing. */
function lastBut(text: string, end: number): number {
  let at = end - 1
  for (let n = 0; n < MOST_CLOSERS && at > 0 && CLOSERS.has(text[at]!); n++) at--
  return at
}

const isSpace = (code: number) => code <= 0x20 || code === 0xa0 || code === 0x3000 || code === 0x2028 || code === 0x2029
/** The second half of a surrogate pair. */
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff
