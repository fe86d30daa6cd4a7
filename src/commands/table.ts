/** What a terminal must not be told by a log: escapes, control characters, and marks that turn the reading direction. */
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu

/** Event text as one harmless line of at most `width` characters. */
export function plain(text: string, width = 100): string {
  const line = text.replace(/\s+/g, ' ').replace(UNSAFE, '\ufffd').trim()
  const letters = [...line]
  return letters.length <= width ? line : `${letters.slice(0, width - 1).join('')}…`
}

/** Rows under a heading, in columns; each cell is made plain. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], widest = 80): string {
  const cells = [heading, ...rows].map((row) => row.map((cell) => plain(cell, widest)))
  const widths = heading.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  return cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
