import { goalText, type Row, short } from './bench-row.ts'
import { machineLine, type Run } from './bench-run.ts'

/**
 * Runs of the bench as a page: a section to a number of vectors, in each what was measured and how. Where two runs of a
 * section measured the same, the later one in the list counts.
 */
export function pageOf(runs: readonly Run[]): string {
  const sizes = [...new Set(runs.map(({ vectors }) => vectors))].sort((a, b) => a - b)
  const sections = sizes.map((size) =>
    sectionOf(
      size,
      runs.filter(({ vectors }) => vectors === size),
    ),
  )
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# Speed of search

Written by \`npm run bench -- page --with RUN --write docs/performance.md\`, one \`--with\` for each run below; a run is what the
command beside its letter prints with \`--json\`. Do not edit. What the rows mean, where the time goes and how to run
them in parts is in [quality/bench.md](quality/bench.md).

Every figure is a ratio to a peer, or to the least that the work can cost, measured beside it in the same run: of CPU time
of all threads, median of the rounds, where nothing else is said. Seconds and bytes beside it are of that machine.`

function sectionOf(size: number, runs: readonly Run[]): string {
  const rows = new Map<string, { row: Row & { verdict: string }; run: Run }>()
  for (const run of runs) for (const row of run.rows) rows.set(row.name, { row, run })
  const used = runs.filter((run) => [...rows.values()].some((one) => one.run === run))
  const letterOf = (run: Run) => String.fromCharCode('a'.charCodeAt(0) + used.indexOf(run))
  return [
    `## ${size.toLocaleString('en-US')} vectors`,
    [
      '| figure | what is measured / against what | ours | peer | unit | ratio | limit | verdict | run |',
      '|---|---|---|---|---|---|---|---|---|',
      ...[...rows.values()].map(({ row, run }) => `| ${[...cellsOf(row), letterOf(run)].join(' | ')} |`),
    ].join('\n'),
    used.map((run) => `- ${letterOf(run)}: \`${run.command}\`, ${run.date}, ${machineLine(run.machine)}`).join('\n'),
  ].join('\n\n')
}

function cellsOf(row: Row & { verdict: string }): string[] {
  const figure = (value: number | null) => (value === null ? '' : short(value))
  const { name, what, ours, peer, unit, ratio, verdict } = row
  return [`\`${name}\``, what, figure(ours), figure(peer), unit, short(ratio), goalText(row), verdict]
}
