import { expect, it } from 'vitest'
import type { Row } from '../../bench/bench-row.ts'
import { type Run, runOf } from '../../bench/bench-run.ts'
import { pageOf } from '../../bench/performance-page.ts'

const row = (name: string, ratio: number): Row => ({
  ...{ name, what: 'a / b', ours: 2, peer: 1, unit: 'ms', ratio, goal: { atMost: 2 } },
})
const machine = { node: 'v20.20.0', cpus: 2, cpu: 'some processor', memoryGb: 8 }
const run = (name: string, vectors: number, rows: Row[]): Run => ({
  ...runOf(`npm run bench -- ${name}`, { vectors, rounds: 3 }, rows),
  ...{ machine, date: '2026-11-27' },
})
const linesOf = (page: string) => page.split('\n').filter((line) => /^(## |\| `|- )/.test(line))

it('a page has a section to a size, smallest first, and says of each row which run it is of', () => {
  const page = pageOf([run('large', 1_000_000, [row('x', 3)]), run('small', 1_000, [row('x', 2), row('y', 1)])])
  expect(linesOf(page)).toEqual([
    '## 1,000 vectors',
    '| `x` | a / b | 2 | 1 | ms | 2 | <= 2 | meets | a |',
    '| `y` | a / b | 2 | 1 | ms | 1 | <= 2 | meets | a |',
    '- a: `npm run bench -- small`, 2026-11-27, 2 × some processor, 8 GiB, Node v20.20.0',
    '## 1,000,000 vectors',
    '| `x` | a / b | 2 | 1 | ms | 3 | <= 2 | misses | a |',
    '- a: `npm run bench -- large`, 2026-11-27, 2 × some processor, 8 GiB, Node v20.20.0',
  ])
})

it('what two runs measured is told by the later one, and a run that tells nothing is not named', () => {
  const runs = [run('first', 1_000, [row('x', 3)]), run('second', 1_000, [row('x', 1)])]
  expect(linesOf(pageOf(runs)).slice(1)).toEqual([
    '| `x` | a / b | 2 | 1 | ms | 1 | <= 2 | meets | a |',
    '- a: `npm run bench -- second`, 2026-11-27, 2 × some processor, 8 GiB, Node v20.20.0',
  ])
})

it('a run that was printed and read again makes the same page', () => {
  const one = run('small', 1_000, [row('x', 2)])
  expect(pageOf([JSON.parse(JSON.stringify(one))])).toBe(pageOf([one]))
})
