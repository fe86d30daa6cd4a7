import type { LogEvent } from '../src/core/event.ts'
import { canaryHasher } from '../src/redactors/canary/canary-hash.ts'
import { canaryMarks } from '../src/redactors/canary/canary-marks.ts'
import { createCanaryScan } from '../src/redactors/canary/canary-scan.ts'
import { createFold } from '../src/redactors/canary/fold.ts'
import { createRedactor } from '../src/redactors/index.ts'
import { createTagger } from '../src/redactors/placeholder.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench } from './bench-row.ts'
import { eventsOf } from './bench-texts.ts'

const EVENTS = 1_000
const CANARIES = 1_000
const HOSTILE_BYTES = 256 * 1024
/** Of all that are registered: the worst that somebody can do who knows how they begin. */
const BEGINNING = 'support-canary-'

/** What looking for a thousand canaries adds to the redaction of the same events, and on texts made to be slow. */
export const canaries: Bench = async ({ rounds }, say) => {
  say(`${EVENTS} events and ${CANARIES} canaries, ${rounds} times`)
  const key = new Uint8Array(32)
  const redactor = createRedactor({ key })
  const hasher = canaryHasher(key)
  const standing = Array.from({ length: CANARIES }, (_, i) => ({
    key: `c${i}`,
    tenant_id: null,
    hash: hasher.hash(createFold().of(`${BEGINNING}${i}-${'abcdefgh'.repeat(1 + (i % 28))}`)),
  }))
  const scan = createCanaryScan(key, standing)
  const mark = canaryMarks(scan, createTagger(key))
  const events = eventsOf(EVENTS, 5) as unknown as LogEvent[]
  const hostile = BEGINNING.repeat(HOSTILE_BYTES / BEGINNING.length)
  const ordinary = events
    .map(({ prompt, response }) => `${prompt} ${response}`)
    .join(' ')
    .slice(0, HOSTILE_BYTES)
  const rates = await compare(rounds, {
    redacted: { run: () => events.reduce((n, event) => n + (redactor.event(event) === null ? 0 : 1), 0) },
    marked: { run: () => events.reduce((n, event) => n + (mark(event, '') === null ? 0 : 1), 0) },
    hostile: { run: () => scan(hostile, '').length + hostile.length / 1e6 },
    ordinary: { run: () => scan(ordinary, '').length + ordinary.length / 1e6 },
  })
  return [
    {
      name: 'canaries.events',
      what: `looking through events for ${CANARIES} canaries / redacting the same events`,
      ours: medianOf(rates.marked),
      peer: medianOf(rates.redacted),
      unit: 'events/CPU-s',
      ratio: ratioOf(rates.marked, rates.redacted),
      goal: { atLeast: 5 },
    },
    {
      name: 'canaries.hostile',
      what: 'a text that begins a canary again and again / ordinary text',
      ours: medianOf(rates.hostile),
      peer: medianOf(rates.ordinary),
      unit: 'MB/CPU-s',
      ratio: ratioOf(rates.hostile, rates.ordinary),
      goal: { atLeast: 0.01 },
    },
  ]
}
