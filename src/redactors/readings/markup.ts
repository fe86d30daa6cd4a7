import { decodeHTML } from 'entities'
import { SEEN } from '../sieve.ts'
import { plain } from '../view.ts'
import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

const CODE = /%[0-7][0-9a-f]|(?:%[89a-f][0-9a-f]){2,4}|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});?/gi

/** One layer of percent-encoding (RFC 3986) and of HTML's character references resolved. */
export const markup: Reading = {
  name: 'markup',
  anywhere: true,
  worth: ({ seen }) => (seen & (SEEN.percent | SEEN.ampersand)) !== 0,
  read(text) {
    const edits: Edit[] = []
    for (const { 0: code, index } of text.matchAll(CODE)) {
      const as = code.startsWith('%') ? percent(code) : decodeHTML(code)
      if (as === code || as.length > code.length) continue
      edits.push({ start: index, end: index + code.length, as: Array.from(as, plain).join('') })
    }
    return rewrite(text, edits)
  },
}

/** What the bytes say in UTF-8; themselves where they say nothing. */
function percent(code: string): string {
  try {
    return decodeURIComponent(code)
  } catch {
    return code
  }
}
