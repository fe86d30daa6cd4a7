import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { baselineJob } from '../../jobs/baseline.ts'
import { detectJob } from '../../jobs/detect.ts'
import type { LogEvent } from '../../src/core/event.ts'
import type { Finding } from '../../src/core/finding.ts'
import type { Engine } from '../../src/core/ports.ts'
import type { Micros } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { WITHDRAWN } from '../../src/flow/raise.ts'
import type { ScoreItem } from '../../src/flow/scores.ts'
import { storeKey } from '../store-key.ts'
import { amend, clockAt, store } from './traffic.ts'

const opened: { engine: Engine; dataDir: string }[] = []

afterAll(async () => {
  for (const { engine, dataDir } of opened) {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})

/** A real store with the two jobs of the nights; only the clock is ours. */
export async function aNightHouse(now: Micros) {
  const clock = clockAt(now)
  const dataDir = mkdtempSync(join(tmpdir(), 'nights-'))
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  opened.push({ engine, dataDir })
  const signal = new AbortController().signal
  return {
    engine,
    clock,
    say: (events: Iterable<LogEvent>) => store(engine, events),
    amend: (events: Iterable<LogEvent>) => amend(engine, events),
    async night(budget?: number) {
      await baselineJob({ engine }, signal)
      return detectJob({ engine, clock, ...(budget === undefined ? {} : { budget }) }, signal)
    },
    scores: async () => (await engine.records('score', {}, { order: 'rank', limit: 10_000 })).map(bodyOf<ScoreItem>),
    findings: async () => (await engine.records('finding', {}, { order: 'ts', limit: 10_000 })).map(bodyOf<Finding>),
    changes: () => engine.records('change', {}, { order: 'rev', limit: 10_000 }),
  }
}

export type NightHouse = Awaited<ReturnType<typeof aNightHouse>>

/** What the nights came to: every score that ever was above 0, every finding that stands. */
export async function outcomeOf(house: NightHouse) {
  const scores = (await house.scores()).filter(({ history }) => history.some(({ score }) => score > 0))
  const findings = (await house.findings()).filter(({ note }) => note !== WITHDRAWN)
  const byName = (a: { entity_type: string; entity_id: string }, b: typeof a) =>
    `${a.entity_type} ${a.entity_id}` < `${b.entity_type} ${b.entity_id}` ? -1 : 1
  return {
    scores: scores.sort(byName),
    findings: findings.sort((a, b) => (a.finding_id < b.finding_id ? -1 : 1)),
  }
}

const bodyOf = <T>({ body }: { body: unknown }) => body as T
