import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { archive } from './bench-archive.ts'
import { busyRows, hybridRows } from './bench-busy.ts'
import { canaries } from './bench-canaries.ts'
import { exactRows } from './bench-exact.ts'
import { filteredRows } from './bench-filtered.ts'
import { indexRows } from './bench-index.ts'
import { ingest } from './bench-ingest.ts'
import { ledger } from './bench-ledger.ts'
import { nearestRows } from './bench-nearest.ts'
import { recallRows } from './bench-recall.ts'
import { redaction } from './bench-redact.ts'
import { type Bench, type Row, tableOf } from './bench-row.ts'
import { machineLine, type Run, runOf, thisMachine } from './bench-run.ts'
import { sharedVectors } from './bench-vectors.ts'
import { pageOf } from './performance-page.ts'
import { SETS, type SetName } from './vector-sets.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    vectors: { type: 'string' },
    rounds: { type: 'string' },
    set: { type: 'string', multiple: true, default: Object.keys(SETS) },
    keep: { type: 'string' },
    minutes: { type: 'string', default: '9' },
    json: { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const size = {
  vectors: Number(values.vectors ?? (values.quick ? 100_000 : 300_000)),
  rounds: Number(values.rounds ?? (values.quick ? 5 : 7)),
}
const sets = values.set.filter((name): name is SetName => Object.hasOwn(SETS, name))
const minutes = Number(values.minutes)
const vectors = sharedVectors({ count: size.vectors, sets, keep: values.keep ?? null })

/** Every bench, in the order in which they run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  ingest,
  ledger,
  archive,
  redaction,
  canaries,
  // the model's runtime stays out of the memory of the others
  encode: async (size, say) => (await import('./bench-encode.ts')).encode(size, say),
  index: vectors.each(indexRows),
  recall: vectors.each(recallRows),
  nearest: vectors.each(nearestRows),
  exact: vectors.each(exactRows),
  filtered: vectors.each(filteredRows),
  hybrid: vectors.clustered(hybridRows),
  busy: vectors.clustered(busyRows),
}

/** Names that stand for several; `page` for none, but for a page of earlier runs. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  search: ['index', 'recall', 'nearest', 'exact', 'filtered', 'hybrid', 'busy'],
  page: [],
}
const PREPARE = 'prepare'

const HELP = `npm run bench -- [NAME…] [--quick] [--vectors N] [--rounds N] [--set NAME] [--keep DIR] [--json] [--write FILE [--with RUN]…]

Names: ${Object.keys(BENCHES).join(', ')}; search for all from index on; all without one.
Each figure is the median of its rounds in CPU time of all threads, and is judged by its ratio to a peer that was
measured beside it. --quick takes 100,000 vectors rather than 300,000; --vectors 1000000 is the size of the goals.
--set ${Object.keys(SETS).join(' or ')} measures vectors of one kind alone.
--keep DIR leaves stores and peers there for the next call with the same --vectors; prepare --keep DIR builds them side by
side for at most --minutes 9, and goes on when it is called again.
--write FILE makes a page of this run and of those that --json printed into the files RUN; page measures nothing itself.
`

const prepares = positionals.includes(PREPARE)
const chosen = positionals
  .filter((name) => name !== PREPARE)
  .flatMap((name) => (Object.hasOwn(GROUPS, name) ? (GROUPS[name] ?? []) : [name]))
const unknown = chosen.filter((name) => !Object.hasOwn(BENCHES, name))
const sound = size.vectors >= 1_000 && size.rounds >= 1 && minutes > 0 && sets.length === values.set.length
const asked = (name: string) => positionals.length === 0 || chosen.includes(name)

if (values.help || unknown.length > 0 || !sound || (prepares && values.keep === undefined)) {
  process.stderr.write(unknown.length > 0 ? `there is no bench ${unknown.join(', ')}\n\n${HELP}` : HELP)
  process.exitCode = values.help ? 0 : 2
} else if (prepares && !(await vectors.prepare(minutes))) {
  process.stderr.write('not everything is built yet: the same command goes on\n')
  process.exitCode = 1
} else {
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked(name)) rows.push(...(await bench(size, (what) => process.stderr.write(`${name}: ${what}\n`))))
  }
  await vectors.close()
  const run = runOf(command(), size, rows)
  if (values.json) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`)
  else if (rows.length > 0) process.stdout.write(`\n${machineLine(thisMachine())}\n\n${tableOf(rows)}\n`)
  const runs = [...values.with.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Run), run]
  if (values.write !== undefined) writeFileSync(values.write, pageOf(runs.filter((one) => one.rows.length > 0)))
}

/** What to call to measure the same. */
function command(): string {
  const narrowed = sets.length < Object.keys(SETS).length ? sets.map((name) => ` --set ${name}`).join('') : ''
  const names = positionals.filter((name) => name !== PREPARE).join(' ')
  return `npm run bench -- ${names} --vectors ${size.vectors} --rounds ${size.rounds}${narrowed}`
}
