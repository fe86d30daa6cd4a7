import type { Digest, DigestJob } from '../core/digest.ts'
import type { JobRun } from '../core/job.ts'
import type { Engine, Filter } from '../core/ports.ts'
import { DAY, dateOf, formatTime, type Micros } from '../core/window.ts'
import { learning, redactionOf, waitingWork, withoutText } from './digest-coverage.ts'
import { type FigureParts, figuresOf } from './digest-figures.ts'
import { headlineOf } from './digest-headline.ts'
import { latencyOf, modelsOfDay } from './digest-models.ts'
import { pastOf } from './digest-past.ts'
import { findingsOfDay, scoresOfDay } from './digest-risk.ts'

/** Late events are waited for this long after a day has ended; then its digest is final. */
export const CLOSES_AFTER = DAY
const MOST_RUNS = 20_000

export type DigestEngine = Pick<
  Engine,
  | 'tally'
  | 'count'
  | 'spaces'
  | 'records'
  | 'marked'
  | 'events'
  | 'rollups'
  | 'waiting'
  | 'head'
  | 'putRecords'
  | 'slot'
  | 'settle'
>

export interface DayParts extends FigureParts {
  engine: DigestEngine
}

/**
 * Makes the digest of the UTC day that begins at `from`, from what the store holds now.
 * @param closed whether it is to be the final one
 */
export async function digestOfDay(
  parts: DayParts,
  from: Micros,
  now: Micros,
  closed: boolean,
  tenant_id?: string,
): Promise<Digest> {
  const tenant: Pick<Filter, 'tenant_id'> = tenant_id === undefined ? {} : { tenant_id }
  const filter: Filter = { ...tenant, since: from, until: from + DAY }
  const complete = now >= from + DAY
  const past = await pastOf(parts.engine, from, tenant)
  const figures = await figuresOf(parts, from, tenant, past, complete)
  const findings = await findingsOfDay(parts, from, tenant)
  const { models, new_models } = await modelsOfDay(parts, filter, past)
  const redaction = await redactionOf(parts, filter)
  const head = tenant_id === undefined ? await parts.engine.head() : null
  const day = { date: dateOf(from), complete, figures, findings }
  return {
    date: day.date,
    from: formatTime(from),
    to: formatTime(from + DAY),
    generated_at: formatTime(now),
    complete,
    closed,
    tenant_id: tenant_id ?? null,
    headline: headlineOf(day),
    figures,
    findings,
    scores: await scoresOfDay(parts, from, tenant),
    models,
    latency: await latencyOf(parts, filter, models.items),
    new_models,
    jobs: tenant_id === undefined ? await jobsSince(parts, from) : [],
    not_examined: [
      ...(tenant_id === undefined ? await waitingWork(parts) : []),
      ...(await withoutText(parts, filter)),
      ...(await learning(parts, filter)),
      ...redaction.failed,
    ],
    redaction: { total: redaction.total, by_type: redaction.by_type },
    ledger: head === null ? null : { size: head.size, root: Buffer.from(head.root).toString('hex') },
  }
}

/** Runs since the day began. */
async function jobsSince({ engine }: DayParts, from: Micros): Promise<DigestJob[]> {
  const [jobs, runs] = await Promise.all([
    engine.records('job', {}, { order: 'ts', limit: 100 }),
    engine.records('run', { since: from }, { order: 'ts', limit: MOST_RUNS }),
  ])
  return jobs
    .map(({ id: name }) => {
      const own = runs.filter(({ id }) => id.startsWith(`${name}:`)).map(({ body }) => body as unknown as JobRun)
      return {
        name,
        runs: own.length,
        failed: own.filter(({ outcome }) => outcome !== 'done').length,
        last_run: own[0]?.started_at ?? null,
        last_outcome: own[0]?.outcome ?? null,
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
