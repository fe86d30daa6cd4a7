import { type Figure, told } from './figure.ts'

/** One part of the page: what was measured, in a table. */
export interface Section {
  title: string
  /** What was done, and what a reader should know before the figures. */
  about: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
  goals: readonly Goal[]
}

/** A figure that was wanted beforehand. */
export interface Goal {
  what: string
  /** The least that meets it. */
  least: number
  reached: Figure
}

/** Where and when figures were made. */
export interface Made {
  /** As one types it. */
  command: string
  /** ISO 8601, the day. */
  day: string
  /** Class of the machine: cores, architecture, runtime. */
  machine: string
}

/** By three digits, as the table shows them. */
export const verdictOf = ({ least, reached }: Goal): 'met' | '**missed**' =>
  Number(reached.value.toFixed(3)) >= least ? 'met' : '**missed**'

/** A page of Markdown: how it was made, the goals, then every section. */
export function searchPage(sections: readonly Section[], { command, day, machine }: Made): string {
  return `${[
    '# Search by meaning',
    '',
    '```',
    command,
    '```',
    '',
    `writes this page; nothing here is kept by hand. Made on ${day}; ${machine}. DIR holds labelled sets of others. Seeds are fixed, so`,
    'that the same command gives the same figures. Brackets are 95 % intervals. What is judged was never fitted on, unless a section says otherwise.',
    '',
    '## Goals',
    '',
    ...tableOf(
      ['goal', 'at least', 'reached', ''],
      sections.flatMap(({ goals }) =>
        goals.map((goal) => [goal.what, goal.least.toFixed(3), told(goal.reached), verdictOf(goal)]),
      ),
    ),
    ...sections.flatMap(({ title, about, head, rows }) => [
      '',
      `## ${title}`,
      '',
      about,
      '',
      ...tableOf(head, once(rows)),
    ]),
  ].join('\n')}\n`
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

/** Rows of which the first cell is blank where it repeats the one above. */
const once = (rows: readonly (readonly string[])[]): (readonly string[])[] =>
  rows.map((cells, i) => (cells[0] === rows[i - 1]?.[0] ? ['', ...cells.slice(1)] : cells))
