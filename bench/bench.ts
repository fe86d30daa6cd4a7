import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { archive } from './bench-archive.ts'
import { busyRows, hybridRows } from './bench-busy.ts'
import { encode } from './bench-encode.ts'
import { exactRows } from './bench-exact.ts'
import { ingest } from './bench-ingest.ts'
import { ledger } from './bench-ledger.ts'
import { redaction } from './bench-redact.ts'
import { type Bench, type Row, tableOf, verdictOf } from './bench-row.ts'
import { filteredRows, indexRows, manifoldRows, searchRows } from './bench-search.ts'
import { sharedVectors } from './bench-vectors.ts'

const vectors = sharedVectors()

/** Every bench, in the order in which they run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  ingest,
  ledger,
  archive,
  redaction,
  encode,
  // the peer of these first, while nothing else has grown the process
  index: vectors.bench(indexRows),
  nearest: vectors.bench(searchRows),
  exact: vectors.bench(exactRows),
  filtered: vectors.bench(filteredRows),
  hybrid: vectors.bench(hybridRows),
  manifold: vectors.bench(manifoldRows),
  busy: vectors.bench(busyRows),
}

/** Names that stand for several. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  search: ['index', 'nearest', 'exact', 'filtered', 'hybrid', 'manifold', 'busy'],
}

const HELP = `npm run bench -- [NAME…] [--quick] [--vectors N] [--rounds N] [--json]

Names: ${Object.keys(BENCHES).join(', ')}; search for all from index on; all without one.
Each figure is the median of its rounds in CPU time of all threads, and is judged by its ratio to a peer that was
measured beside it. --quick takes 100,000 vectors rather than 300,000; --vectors 1000000 is the size of the goals.
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    vectors: { type: 'string' },
    rounds: { type: 'string' },
  },
})
const chosen = positionals.flatMap((name) => (Object.hasOwn(GROUPS, name) ? (GROUPS[name] ?? []) : [name]))
const unknown = chosen.filter((name) => !Object.hasOwn(BENCHES, name))
const size = Number(values.vectors ?? (values.quick ? 100_000 : 300_000))
const rounds = Number(values.rounds ?? (values.quick ? 5 : 7))

if (values.help || unknown.length > 0 || !(size >= 1_000 && rounds >= 1)) {
  process.stderr.write(unknown.length > 0 ? `there is no bench ${unknown.join(', ')}\n\n${HELP}` : HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  const rows: Row[] = []
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue
    const say = (what: string) => process.stderr.write(`${name}: ${what}\n`)
    rows.push(...(await bench({ vectors: size, rounds }, say)))
  }
  await vectors.close()
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' }
  if (values.json) {
    const judged = rows.map((row) => ({ ...row, verdict: verdictOf(row) }))
    process.stdout.write(`${JSON.stringify({ machine, vectors: size, rounds, rows: judged }, null, 2)}\n`)
  } else {
    process.stdout.write(`\n${machine.cpus} × ${machine.cpu}, Node ${machine.node}\n\n${tableOf(rows)}\n`)
  }
}
