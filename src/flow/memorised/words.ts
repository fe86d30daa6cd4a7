import { indexedForm } from '../../core/word-forms.ts'
import { PLACEHOLDER } from '../../redactors/placeholder.ts'

/** The words of a text as they are compared: without regard to capitals, accents, punctuation, marks of layout and space. */
export interface Words {
  /** A hash of each, 32 bits. */
  hashes: Uint32Array
  /** Letters and digits of each, at most 255. */
  letters: Uint8Array
  /** Hashes of those that stand for what was redacted. */
  redacted: ReadonlySet<number>
}

/** Offset and prime of FNV-1a. */
const START = 0x811c9dc5 | 0
const PRIME = 0x01000193

/** A word is what the word index takes for one; of scripts without spaces, a pair of neighbours. Takes time in proportion to the text. */
export function wordsOf(text: string): Words {
  const redacted = new Set<number>()
  const plain = text.includes('[')
    ? text.replace(PLACEHOLDER, (placeholder) => {
        const word = placeholder.replace(/[^A-Za-z0-9]/g, '').toLowerCase()
        redacted.add(hashOf(word))
        return ` ${word} `
      })
    : text
  const form = indexedForm(plain)
  const hashes = new Uint32Array((form.length + 1) >> 1)
  const letters = new Uint8Array(hashes.length)
  let n = 0
  let hash = START
  let length = 0
  for (let i = 0; i <= form.length; i++) {
    const code = i === form.length ? 0x20 : form.charCodeAt(i)
    if (isLetter(code)) {
      hash = Math.imul(hash ^ code, PRIME)
      length++
    } else if (length > 0) {
      hashes[n] = hash
      letters[n++] = Math.min(length, 255)
      hash = START
      length = 0
    }
  }
  return { hashes: hashes.slice(0, n), letters: letters.slice(0, n), redacted }
}

function hashOf(word: string): number {
  let hash = START
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), PRIME)
  return hash >>> 0
}

/** Words of the index are cut at ASCII signs alone. */
const isLetter = (code: number): boolean =>
  code > 0x7f || (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a)
