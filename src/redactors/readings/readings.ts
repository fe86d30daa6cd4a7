import { confusables } from './confusables.ts'
import { encoded, spacedHex } from './encoded.ts'
import { lineBreaks } from './line-breaks.ts'
import { markup } from './markup.ts'
import type { Reading } from './reading.ts'
import { spacedOut } from './spaced-out.ts'
import { spelledDigits } from './spelled-digits.ts'

/** Every further way to read a text, each undoing one kind of disguise. */
export const READINGS: readonly Reading[] = [
  confusables,
  markup,
  spelledDigits,
  spacedOut,
  lineBreaks,
  encoded,
  spacedHex,
]
