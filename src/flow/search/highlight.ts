import { eachWord, phraseOf, type Word } from '../../core/word-forms.ts'

/** A text is marked no further than this. */
const MAX_CHARS = 20_000
/** Characters kept on each side of a match, passages shown of one text, and matches shown in one passage. */
const AROUND = 40
const PASSAGES = 3
const MATCHES = 12

/** Where a text matches, in UTF-16 units, half-open, and by which of the terms. */
export interface Span {
  start: number
  end: number
  term: number
}

/**
 * Passages of a text around the terms, each match between « and »; those with the most different terms first. Marks that
 * the text itself holds become ‹ and ›, so that it cannot pretend a match. Undefined where nothing matched. Time grows
 * with the text and the terms, and no further than the first 20,000 characters.
 */
export function highlight(text: string, terms: readonly string[]): string[] | undefined {
  if (terms.length === 0) return undefined
  const read = text.slice(0, MAX_CHARS).normalize('NFC')
  const spans = spansOf(read, terms)
  return spans.length === 0 ? undefined : passagesOf(read, spans, text.length > MAX_CHARS)
}

/** Matches of terms as phrases of words, in the order of the text; each place is marked once. */
function spansOf(text: string, terms: readonly string[]): Span[] {
  const phrases = terms.map(phraseOf)
  const words: Word[] = []
  eachWord(text, (word) => words.push(word))
  const beginning = new Map<string, number[]>()
  const open: number[] = []
  for (const [i, phrase] of phrases.entries()) {
    if (phrase === null) continue
    if (phrase.open && phrase.words.length === 1) open.push(i)
    else beginning.set(phrase.words[0]!, [...(beginning.get(phrase.words[0]!) ?? []), i])
  }
  const follows = (at: number, i: number) => {
    const phrase = phrases[i]!
    return phrase.words.every((word, j) => {
      const said = words[at + j]?.text
      return said === word || (phrase.open && j === phrase.words.length - 1 && said?.startsWith(word) === true)
    })
  }
  const spans: Span[] = []
  for (const [at, word] of words.entries()) {
    const candidates = [...(beginning.get(word.text) ?? []), ...open]
    const found = candidates.filter((i) => follows(at, i))
    if (found.length === 0) continue
    const longest = found.reduce((a, b) => (phrases[b]!.words.length > phrases[a]!.words.length ? b : a))
    const { words: said, open: goesOn } = phrases[longest]!
    const last = words[at + said.length - 1]!
    // of a pair that only begins so, its first letter
    const end = goesOn ? last.start + said.at(-1)!.length : last.end
    const before = spans.at(-1)
    if (before !== undefined && word.start < before.end) {
      if (end <= before.end) continue
      // pairs of a script without spaces share a letter: one mark for the run
      before.end = end
    } else spans.push({ start: word.start, end, term: longest })
  }
  return spans
}

/** The best passages around spans, which stand in the order of the text and apart from each other. */
export function passagesOf(text: string, spans: readonly Span[], goesOn = false): string[] {
  const passages: { text: string; terms: number; marks: number }[] = []
  for (let i = 0; i < spans.length; ) {
    const from = boundary(text, Math.max(0, spans[i]!.start - AROUND))
    let to = Math.min(text.length, spans[i]!.end + AROUND)
    let last = i
    while (last + 1 < spans.length && last + 1 - i < MATCHES && spans[last + 1]!.start < to)
      to = Math.min(text.length, spans[++last]!.end + AROUND)
    to = boundary(text, to)
    const own = spans.slice(i, last + 1)
    let passage = from > 0 ? '…' : ''
    let at = from
    for (const { start, end } of own) {
      passage += `${unmarked(text.slice(at, start))}«${unmarked(text.slice(start, end))}»`
      at = end
    }
    passage += unmarked(text.slice(at, to)) + (to < text.length || goesOn ? '…' : '')
    passages.push({ text: passage, terms: new Set(own.map(({ term }) => term)).size, marks: own.length })
    i = last + 1
  }
  return passages
    .sort((a, b) => b.terms - a.terms || b.marks - a.marks)
    .slice(0, PASSAGES)
    .map((passage) => passage.text)
}

/** Never between the two halves of a surrogate pair. */
function boundary(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at
}

const unmarked = (text: string) => text.replaceAll('«', '‹').replaceAll('»', '›')
