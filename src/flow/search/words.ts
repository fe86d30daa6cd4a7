import type { Part, TextHit } from '../../core/ports.ts'

/**
 * The words of a question that events are matched by: "quoted phrases" whole, else single words without the commonest
 * ones, unless it has no others. At most 32, each once.
 */
export function termsOf(q: string): string[] {
  const phrases = [...q.matchAll(/"([^"]+)"/g)].map(([, phrase]) =>
    tokens(phrase!)
      .map((token) => token.text)
      .join(' '),
  )
  const words = tokens(q.replace(/"[^"]+"/g, ' ')).map((token) => token.text)
  const telling = words.filter((word) => !COMMON.has(word))
  const terms = [...phrases, ...(telling.length > 0 || phrases.length > 0 ? telling : words)]
  return [...new Set(terms.filter((term) => term !== ''))].slice(0, 32)
}

const COMMON = new Set(
  (
    'a an and are as at be but by can did do does for from had has have how i if in into is it its me my of on or our ' +
    'so that the their them then there these they this to was we were what when where which who why will with you your'
  ).split(' '),
)

/** A word in the form that is compared, and where it stands. */
interface Token {
  text: string
  start: number
  end: number
}

/** Runs of letters and digits, in lower case; Latin letters without diacritics. */
function tokens(text: string): Token[] {
  const found: Token[] = []
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const folded = match[0].normalize('NFC').toLowerCase().replace(MARKED, bare)
    if (folded !== '') found.push({ text: folded, start: match.index, end: match.index + match[0].length })
  }
  return found
}

/**
 * Latin letters that are more than a to z. In other scripts a mark makes another letter (й, デ, vowels of Devanagari), and
 * the word index keeps it.
 */
const MARKED = /[^\P{Script=Latin}a-z]\p{M}*|[a-z]\p{M}+/gu
const bare = (letter: string) => letter.normalize('NFD').replace(/\p{M}+/gu, '')

/** Repetition saturates with this constant, and length is discounted by this share (Robertson & Zaragoza, 2009). */
const K1 = 1.2
const B = 0.6
/** What somebody asked says more about an event than one word of a long answer. */
const PROMPT_WEIGHT = 1.5

/**
 * Scores events that all hold every term by how often and in how short a text: BM25's term frequency without its rarity,
 * which is the same for all of them. Best first; the newer one where two are level.
 */
export function rankTexts(items: readonly TextHit[], terms: readonly string[], part?: Part) {
  const parts: Part[] = part === undefined ? ['prompt', 'response'] : [part]
  const read = items.map((item) => parts.map((name) => countsOf(item[name], terms)))
  const means = parts.map((_, i) => read.reduce((sum, texts) => sum + texts[i]!.length, 0) / Math.max(1, items.length))
  const scored = items.map((item, n) => {
    let score = 0
    for (const [i, name] of parts.entries()) {
      const { counts, length } = read[n]![i]!
      const norm = K1 * (1 - B + (B * length) / Math.max(1, means[i]!))
      for (const count of counts) score += ((name === 'prompt' ? PROMPT_WEIGHT : 1) * count) / (count + norm)
    }
    return { event_id: item.event_id, seq: item.seq, ts: item.ts, score }
  })
  return scored.sort((a, b) => b.score - a.score || b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1))
}

/** A text is counted and marked no further than this. */
const MAX_CHARS = 20_000

function countsOf(text: string, terms: readonly string[]): { counts: number[]; length: number } {
  const words = tokens(text.slice(0, MAX_CHARS)).map((token) => token.text)
  const stream = ` ${words.join(' ')} `
  const single = new Map<string, number>()
  for (const word of words) single.set(word, (single.get(word) ?? 0) + 1)
  const counts = terms.map((term) =>
    term.includes(' ') ? stream.split(` ${term} `).length - 1 : (single.get(term) ?? 0),
  )
  return { counts, length: words.length }
}

/** Characters kept on each side of a match, and passages shown of one text. */
const AROUND = 40
const PASSAGES = 3

/**
 * Passages of a text around the terms, each match between « and ». Marks that the text itself holds become ‹ and ›, so
 * that it cannot pretend a match. Undefined where nothing matched.
 */
export function highlight(text: string, terms: readonly string[]): string[] | undefined {
  const read = text.slice(0, MAX_CHARS)
  const found = matches(read, terms)
  if (found.length === 0) return undefined
  const passages: string[] = []
  for (let i = 0; i < found.length && passages.length < PASSAGES; ) {
    const from = boundary(read, Math.max(0, found[i]!.start - AROUND))
    let to = Math.min(read.length, found[i]!.end + AROUND)
    let last = i
    while (last + 1 < found.length && found[last + 1]!.start < to)
      to = Math.min(read.length, found[++last]!.end + AROUND)
    to = boundary(read, to)
    let passage = from > 0 ? '…' : ''
    let at = from
    for (const { start, end } of found.slice(i, last + 1)) {
      passage += `${unmarked(read.slice(at, start))}«${unmarked(read.slice(start, end))}»`
      at = end
    }
    passage += unmarked(read.slice(at, to)) + (to < text.length ? '…' : '')
    passages.push(passage)
    i = last + 1
  }
  return passages
}

function matches(text: string, terms: readonly string[]): { start: number; end: number }[] {
  const words = tokens(text)
  const wanted = terms.map((term) => term.split(' '))
  const found: { start: number; end: number }[] = []
  for (let i = 0; i < words.length; ) {
    const term = wanted.find((list) => list.every((word, j) => words[i + j]?.text === word))
    if (term === undefined) {
      i++
      continue
    }
    found.push({ start: words[i]!.start, end: words[i + term.length - 1]!.end })
    i += term.length
  }
  return found
}

/** Never between the two halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at
}

const unmarked = (text: string) => text.replaceAll('«', '‹').replaceAll('»', '›')
