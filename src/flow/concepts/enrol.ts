import type { Concept } from '../../core/concept.ts'
import { type ConceptVersion, SHIPPED_STEP } from '../../core/concept-record.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { formatTime } from '../../core/window.ts'
import { embedStage } from '../embed-stage.ts'
import { conceptRows, newRow, rowWrite, turnedTo, versionWrite } from './rows.ts'

export interface EnrolParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'waiting' | 'count'>
  clock: Clock
  builtIn: readonly Concept[]
}

/**
 * Writes down which versions of the built-in concepts the house runs, and keeps a copy of each, so that one whose file was
 * replaced goes on answering until the new one has been brought to every stored event. Where nothing was embedded yet there
 * is nothing to bring it to. Idempotent; writes nothing where nothing changed.
 * @param space of the model that embeds
 */
export async function enrolShipped({ engine, clock, builtIn }: EnrolParts, space: string): Promise<void> {
  const known = new Map((await conceptRows(engine)).map((one) => [one.key, one]))
  const changed = builtIn.filter(({ name, version }) => known.get(name)?.row.shipped !== version)
  if (changed.length === 0) return
  const fresh = (await engine.waiting(embedStage(space))) >= (await engine.count({}))
  const now = clock.now()
  const at = formatTime(now)
  for (const { name, version, fitted } of changed) {
    const before = known.get(name)
    const row = before?.row ?? newRow({ name, tenant_id: null, built_in: true, shipped: version }, at)
    const turned = turnedTo({ ...row, shipped: version, last: version * SHIPPED_STEP }, version, at)
    const first = before === undefined
    const made: ConceptVersion = {
      version,
      at,
      by: 'package',
      how: 'shipped',
      of: null,
      fitted,
      correction: null,
      examples: null,
      report: null,
    }
    await engine.putRecords([
      rowWrite(
        {
          ...turned,
          // a refit of the former file says nothing of this one: the labels are looked at again
          labels_rev: 0,
          labels_at: null,
          ...(first && fresh ? { answers: version } : {}),
          ...(first && !fresh ? { retired: Array.from({ length: version - 1 }, (_, n) => n + 1) } : {}),
        },
        before?.written ?? 0,
      ),
      versionWrite(turned, made, now),
    ])
  }
}
