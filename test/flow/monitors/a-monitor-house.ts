import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { baselineJob } from '../../../jobs/baseline.ts'
import { monitorsJob } from '../../../jobs/monitors.ts'
import type { Concept } from '../../../src/core/concept.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { MonitorAsk, MonitorRule } from '../../../src/core/monitor.ts'
import type { Encoder, Engine, Entry } from '../../../src/core/ports.ts'
import { DAY, formatTime, HOUR, type Micros, parseTime } from '../../../src/core/window.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { allRecords } from '../../../src/flow/all-records.ts'
import { backtest } from '../../../src/flow/monitors/backtest.ts'
import { byIndex } from '../../../src/flow/monitors/matches.ts'
import { keepMonitor, type MonitorOwner, tryMonitor } from '../../../src/flow/monitors/own.ts'
import { createRedactor } from '../../../src/redactors/index.ts'
import { said } from '../../contracts/engine/said.ts'
import { storeKey } from '../../store-key.ts'

const never = new AbortController().signal

/** A Monday. */
export const START = parseTime('2026-01-05T00:00:00Z')!

/** Concepts that are told by a word of the response. */
const told = (name: string, version: number): Concept =>
  ({ name, version, threshold: 0.5, reads: 'response', fitted: { name, version, aliases: [] } }) as never

/** A store whose marks are made of words, so that a test says which event is of which concept. */
export async function aMonitorHouse(encoder?: Encoder) {
  const dir = mkdtempSync(join(tmpdir(), 'monitors-'))
  let now = START
  const clock = { now: () => now }
  const engine: Engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  const space = encoder?.space ?? { space: 's', model: 'm', revision: 'r', dtype: 'q8', dims: 4 }
  await engine.putSpace({ ...space, state: 'active' })
  const redactor = createRedactor({ key: Buffer.alloc(32, 7) })
  const standing = new Map([
    ['refusal', told('refusal', 1)],
    ['medical', told('medical', 1)],
  ])
  const concepts = { answering: async () => [...standing.values()] }
  const open = async () => encoder ?? Promise.reject(new Error('nothing is read here'))
  const common = { engine, clock, redactor, encoder: open, concepts }
  const own = {
    ...common,
    backtest: (rule: MonitorRule, tenant_id: string | undefined) =>
      backtest({ ...common, near: byIndex(engine) }, rule, { tenant_id, concepts: [...standing.values()] }),
  }
  let made = 0

  return {
    engine,
    clock,
    redactor,
    standing,
    own,
    told,
    at: (time: Micros) => {
      now = time
    },
    /** Events of one hour, spread over it; each says the words that are given. */
    hour(start: Micros, words: readonly string[], fields: Partial<Parameters<typeof said>[1]> = {}): Entry[] {
      return words.map((word, i) =>
        said(`e${made++}`, {
          timestamp: formatTime(start + Math.floor(((i + 0.5) * HOUR) / words.length)),
          response: word,
          user_id: `u${made % 7}`,
          ...fields,
        }),
      )
    },
    append: async (entries: readonly Entry[]) => {
      for (let i = 0; i < entries.length; i += 1_000) await engine.append(entries.slice(i, i + 1_000))
    },
    /** What comes between append and count: marks by the words, and roll-ups. */
    async read(wanted: { marks?: boolean; sums?: boolean } = {}) {
      if (wanted.marks !== false)
        for (;;) {
          const ticket = await engine.claim(`embed:${space.space}`, 1_000, 10_000)
          if (ticket === null) break
          const vectors =
            encoder === undefined ? [] : await encoder.encode(ticket.events.map(({ event }) => event.response ?? ''))
          await engine.settle(ticket, {
            marks: ticket.events.flatMap(({ seq, event }) =>
              [...standing.values()].map(({ name, version }) => ({
                seq,
                concept: name,
                version,
                p: (event.response ?? '').includes(name) ? 0.9 : 0.1,
              })),
            ),
            vectors: vectors.map((vector, i) => ({
              seq: ticket.events[i]!.seq,
              part: 'response' as const,
              space: space.space,
              tenant_id: ticket.events[i]!.event.tenant_id ?? null,
              content: Buffer.from(ticket.events[i]!.event.response ?? ''),
              vector,
            })),
          })
        }
      if (wanted.sums !== false) await baselineJob({ engine }, never)
    },
    job: async (over: Partial<Engine> = {}, signal = never) =>
      await monitorsJob({ ...common, engine: { ...engine, ...over } } as never, signal),
    try: async (ask: MonitorAsk, owner: Partial<MonitorOwner> = {}) => (await tryMonitor(own, ask, owner)).backtest,
    save: async (name: string, ask: MonitorAsk, owner: Partial<MonitorOwner> = {}) => {
      const who = { by: 'somebody', ...owner }
      return await keepMonitor(own, name, await tryMonitor(own, ask, who), who)
    },
    findings: async () =>
      (await allRecords(engine, 'finding'))
        .map(({ body }) => body as unknown as Finding)
        .sort((a, b) => (a.first_seen < b.first_seen ? -1 : 1)),
    changes: async () => (await allRecords(engine, 'change')).length,
    async close() {
      await engine.close()
      rmSync(dir, { recursive: true })
    },
  }
}

export type AMonitorHouse = Awaited<ReturnType<typeof aMonitorHouse>>

/** Hours of ordinary traffic: an answer an hour, and a refusal in every third. */
export function ordinary(house: AMonitorHouse, from: Micros, until: Micros): Entry[] {
  const entries: Entry[] = []
  for (let at = from; at < until; at += HOUR)
    entries.push(...house.hour(at, (at / HOUR) % 3 === 0 ? ['fine', 'a refusal'] : ['fine', 'well']))
  return entries
}

export { DAY, HOUR }
