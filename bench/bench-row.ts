/** One measurement, named as the goals are. */
export interface Row {
  name: string
  /** What is measured against what. */
  what: string
  /** In `unit`; null where the ratio is all there is. */
  ours: number | null
  peer: number | null
  unit: string
  /** What is judged. */
  ratio: number
  goal: { atLeast: number } | { atMost: number } | null
}

export interface BenchSize {
  /** Vectors in the index. */
  vectors: number
  /** Repetitions of each measurement; the median counts. */
  rounds: number
}

/** Measures one thing; `say` tells what it is at. */
export type Bench = (size: BenchSize, say: (what: string) => void) => Promise<Row[]>

export type Verdict = 'meets' | 'misses' | '-'

export function verdictOf({ ratio, goal }: Row): Verdict {
  if (goal === null) return '-'
  return ('atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost) ? 'meets' : 'misses'
}

/** Rows as a table for a terminal. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ['name', 'ours', 'peer', 'unit', 'ratio', 'goal', 'verdict', 'what'],
    ...rows.map((row) => [
      row.name,
      row.ours === null ? '' : short(row.ours),
      row.peer === null ? '' : short(row.peer),
      row.unit,
      short(row.ratio),
      goalText(row),
      verdictOf(row),
      row.what,
    ]),
  ]
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? []
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function goalText({ goal }: Row): string {
  if (goal === null) return ''
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`
}

/** Three significant digits, thousands apart. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value)
  const rounded = Number(value.toPrecision(3))
  return Math.abs(rounded) >= 1_000 ? rounded.toLocaleString('en-US') : String(rounded)
}
