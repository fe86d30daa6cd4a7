/** A half-open range of places in the ledger. */
export type Range = readonly [from: number, to: number]

export type Ranges = ReturnType<typeof ranges>

/** A set of places as ranges: neighbours added in order take no room. */
export function ranges(begun: readonly Range[] = []) {
  let list = [...begun]
  let sorted = false

  function sort(): void {
    if (sorted) return
    const merged: Range[] = []
    for (const [from, to] of list.sort((a, b) => a[0] - b[0])) {
      const last = merged.at(-1)
      if (last !== undefined && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)]
      else merged.push([from, to])
    }
    list = merged
    sorted = true
  }

  return {
    add(from: number, to = from + 1): void {
      const last = list.at(-1)
      sorted = false
      if (last !== undefined && last[1] === from) list[list.length - 1] = [last[0], to]
      else list.push([from, to])
    },

    remove(from: number, to: number): void {
      const left = ([begin, end]: Range): Range[] => [
        [begin, Math.min(end, from)],
        [Math.max(begin, to), end],
      ]
      list = list.flatMap((range) => left(range).filter(([begin, end]) => begin < end))
    },

    covers(place: number): boolean {
      sort()
      let low = 0
      let high = list.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (list[middle]![1] <= place) low = middle + 1
        else high = middle
      }
      return low < list.length && list[low]![0] <= place
    },

    /** Ascending, none touching another. */
    list(): readonly Range[] {
      sort()
      return list
    },
  }
}
