import type { Encoder } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { formatTime, MINUTE, parseTime } from '../../core/window.ts'
import { type RecordParts, recordDeed } from '../audit.ts'
import { labelledSince } from '../labels.ts'
import { type FitParts, fitConcept } from './fit.ts'
import type { OwnConceptParts } from './own.ts'
import { type CorrectParts, type Refit, refitBuiltIn, refitOwn } from './refit.ts'
import { conceptRows, newRow, rowWrite, type StandingRow } from './rows.ts'

export interface FollowParts extends Omit<CorrectParts, 'encoder' | 'engine'>, Pick<FitParts, 'background'> {
  engine: CorrectParts['engine'] & RecordParts['engine']
  encoder(): Promise<Encoder>
  newId: RecordParts['newId']
}

/** Whoever the audit names where nobody asked for it. */
const ACTOR = { by: 'job:concepts', role: null, tenant_id: null, from: 'schedule' } as const
/** New labels of a built-in concept are looked at when there are so many, or after so long. */
const ENOUGH = 10
const PATIENCE = 10 * MINUTE

/** Up to which place every label was looked at. */
const SEEN = { kind: 'setting', id: 'concept-labels' }

/**
 * Fits anew what was labelled: own concepts whose labels were too many to be fitted at once, and built-in ones, not more often
 * than pays. What was looked at is noted, whatever came of it. Idempotent.
 * @returns concepts with a new version
 */
export async function followLabels(parts: FollowParts, signal: AbortSignal): Promise<number> {
  const { engine, clock, builtIn } = parts
  const [seen] = await engine.records(SEEN.kind, { ids: [SEEN.id] }, { order: 'ts', limit: 1 })
  const since = Number((seen?.body as { rev?: number } | undefined)?.rev ?? 0)
  const changes = await labelledSince(engine, since)
  const newest = changes.at(-1)?.rev
  if (newest === undefined) return 0
  const rows = new Map((await conceptRows(engine)).map((one) => [one.key, one]))
  const revs = new Map<string, number[]>()
  for (const { key, rev } of changes) if (key !== null) revs.set(key, [...(revs.get(key) ?? []), rev])
  let [refitted, waits] = [0, false]
  for (const [key, labels] of revs) {
    if (signal.aborted) return refitted
    const standing = rows.get(key)
    const name = standing?.row.name ?? key.split('@')[0]!
    const ofPackage = builtIn.find((one) => one.name === name)
    const news = labels.filter((rev) => rev > (standing?.row.labels_rev ?? 0)).length
    if (news === 0 || (ofPackage === undefined && (standing?.row.version ?? null) === null)) continue
    if (ofPackage !== undefined && news < ENOUGH && isRecent(standing, clock.now())) {
      waits = true
      continue
    }
    const tenant_id = standing?.row.tenant_id ?? (key === name ? null : key.slice(name.length + 1))
    const done =
      ofPackage === undefined
        ? await own(parts, standing!)
        : await refitBuiltIn({ ...parts, encoder: await parts.encoder() }, { name, tenant_id }, ACTOR.by)
    if ('version' in done) {
      refitted++
      await recordDeed(parts, ACTOR, { action: 'concept.refit', asked: { concept: key, version: done.version } })
      continue
    }
    const at = formatTime(clock.now())
    const of = { name, tenant_id, built_in: ofPackage !== undefined, shipped: ofPackage?.version ?? null }
    const row = standing?.row ?? newRow(of, at)
    await engine.putRecords([rowWrite({ ...row, labels_rev: labels.at(-1)!, labels_at: at }, standing?.written ?? 0)])
  }
  if (!waits)
    await engine.putRecords([
      {
        record: { ...SEEN, ts: clock.now(), entity: null, tenant_id: null, rank: null, body: { rev: newest } },
        expect: null,
      },
    ])
  return refitted
}

async function own(parts: FollowParts, standing: StandingRow): Promise<Refit> {
  const encoder = await parts.encoder()
  const fit: OwnConceptParts['fitConcept'] = async (ask) => await fitConcept({ ...parts, encoder }, ask)
  try {
    return await refitOwn({ ...parts, fitConcept: fit }, standing, ACTOR.by)
  } catch (error) {
    // examples that were erased may be too many for what is left to be a concept: it stays as it was fitted
    if (error instanceof Problem && error.code !== 'ENGINE_BUSY') return { none: error.message }
    throw error
  }
}

const isRecent = (standing: StandingRow | undefined, now: number): boolean =>
  now - (parseTime(standing?.row.labels_at ?? '') ?? Number.NEGATIVE_INFINITY) < PATIENCE
