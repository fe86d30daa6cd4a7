import { cut, plain as harmless } from '../formats/plain.ts'

/** Event text as one harmless line of at most `width` characters. */
export function plain(text: string, width = 100): string {
  return cut(harmless(text), width)
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
