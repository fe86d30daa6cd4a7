/** A text as it may be read, and where each of its parts stands in the text that it was made from. */
export interface View {
  text: string
  /** Range of the source that a range of `text` was made from. A changed part is there whole or not at all. */
  origin(start: number, end: number): [number, number]
}

/** A view of which it is known where it differs from its source. */
export interface Rewritten extends View {
  /** Ranges of `text` that differ, in order; empty ones where something was taken out. */
  changes: readonly (readonly [start: number, end: number])[]
  /** Indexes of the first change that a range touches and of the first behind it: equal where it touches none. */
  touched(start: number, end: number): [from: number, to: number]
}

/** Another spelling for the part of a text from `start` to `end`. */
export interface Edit {
  start: number
  end: number
  as: string
  /** Where the k-th unit of `as` begins (side 0) and ends (side 1) in the source. Without it, each stands for the whole part. */
  at?(k: number, side: 0 | 1): number
}

/** The text with edits made, which come in order and apart from each other; null where there are none. */
export function rewrite(text: string, edits: readonly Edit[]): Rewritten | null {
  if (edits.length === 0) return null
  const changes: [number, number][] = []
  let out = ''
  let from = 0
  for (const { start, end, as } of edits) {
    out += text.slice(from, start)
    changes.push([out.length, out.length + as.length])
    out += as
    from = end
  }
  out += text.slice(from)

  /** How many changes begin at or before an offset of `out`. */
  const upTo = (offset: number): number => {
    let low = 0
    let high = changes.length
    while (low < high) {
      const mid = (low + high) >> 1
      if ((changes[mid] as [number, number])[0] <= offset) low = mid + 1
      else high = mid
    }
    return low
  }
  const place = (offset: number, side: 0 | 1): number => {
    const k = upTo(offset) - 1
    if (k < 0) return offset + side
    const [start, end] = changes[k] as [number, number]
    const edit = edits[k] as Edit
    if (offset >= end) return edit.end + (offset - end) + side
    return edit.at?.(offset - start, side) ?? (side === 0 ? edit.start : edit.end)
  }
  return {
    text: out,
    changes,
    origin: (start, end) => [place(start, 0), place(end - 1, 1)],
    touched(start, end) {
      let k = upTo(start)
      // the last change before may reach in; those at `start` that took something out lie before it
      if (k > 0 && (changes[k - 1] as [number, number])[1] > start) k--
      let to = k
      while (to < changes.length && (changes[to] as [number, number])[0] < end) to++
      return [k, to]
    },
  }
}
