import type { Rewritten } from './rewrite.ts'

/** What rules look at in front of a match and behind it. */
const BEFORE = 96
const AFTER = 64
/** A word is cut where it is longer than this. */
const WORD = 1024

/** Ranges of a rewritten text around its changes, in order and apart, so that what did not change is read once. */
export function windowsOf({ text, changes }: Rewritten): [start: number, end: number][] {
  const windows: [number, number][] = []
  for (const [from, to] of changes) {
    const last = windows.at(-1)
    // what the window before reaches into, it takes in
    if (last !== undefined && from - BEFORE <= last[1]) {
      if (to + AFTER > last[1]) last[1] = blankAfter(text, to + AFTER)
      continue
    }
    windows.push([blankBefore(text, from - BEFORE, last?.[1] ?? 0), blankAfter(text, to + AFTER)])
  }
  return windows
}

function blankBefore(text: string, at: number, least: number): number {
  let from = Math.max(at, least)
  const stop = Math.max(least, from - WORD)
  while (from > stop && text.charCodeAt(from - 1) > 32) from--
  return from
}

function blankAfter(text: string, at: number): number {
  let to = Math.min(at, text.length)
  const stop = Math.min(text.length, to + WORD)
  while (to < stop && text.charCodeAt(to) > 32) to++
  return to
}
