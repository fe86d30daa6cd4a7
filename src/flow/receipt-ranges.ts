import { rangesTold } from '../core/ranges.ts'
import type { Range } from './verify-ranges.ts'

/**
 * Places that a receipt says were erased: `leaves`, half-open ranges, of its text. A receipt that names none, and text
 * that is none, cover nothing; and none covers what came after it, so that nobody can be given leave to erase in advance.
 * @param at place of the receipt itself
 */
export const receiptRanges = (body: string, at: number): Range[] => rangesTold(textOf(body).leaves, at)

/**
 * Places whose texts an entry of the access audit says went into a file of the archive, or came back from one. What else it
 * may say moves nothing.
 * @param at place of the entry itself
 */
export function archivedRanges(body: string, at: number): { into: Range[]; back: Range[] } {
  const entry = textOf(body)
  return {
    into: entry.action === 'archive' ? rangesTold(entry.leaves, at) : [],
    back: entry.action === 'archive.restore' ? rangesTold(entry.leaves, at) : [],
  }
}

function textOf(body: string): { action?: unknown; leaves?: unknown } {
  try {
    return JSON.parse(body) ?? {}
  } catch {
    return {}
  }
}
