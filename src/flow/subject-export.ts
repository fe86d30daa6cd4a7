import type { ColdFile, ColdStore } from '../core/archive.ts'
import type { Actor } from '../core/audit.ts'
import type { RedactedEvent } from '../core/event.ts'
import type { Finding } from '../core/finding.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Score } from '../core/score.ts'
import { formatTime } from '../core/window.ts'
import { jsonLine } from '../formats/plain.ts'
import { type SubjectFacts, subjectPage } from '../formats/subject-page.ts'
import type { Redactor } from '../redactors/index.ts'
import { allRecords } from './all-records.ts'
import { archivedEvents } from './archived-events.ts'
import { recordDeed } from './audit.ts'
import { filterOf, type SubjectAsk, selectionOf, subjectName } from './subject.ts'
import { coldStore } from './thaw.ts'

export interface ExportParts {
  engine: Pick<Engine, 'events' | 'count' | 'records' | 'rollups' | 'append' | 'cold' | 'coldRows' | 'readArchive'>
  /** Where archived texts lie; absent where no archive is configured. */
  cold?: Pick<ColdStore, 'rows'>
  clock: Clock
  redactor: Pick<Redactor, 'forms' | 'identifier' | 'pseudonym' | 'text'>
  subjectKey: Uint8Array
  newId(): string
}

/** What is held of a subject, to be written piece by piece; each may be asked for more than once. */
export interface SubjectExport {
  /** One JSON object: `{"subject", "made_at", "scores", "findings", "figures", "events"}`, events newest first, as stored, and behind them those of archive files. */
  json(): AsyncIterable<string>
  /** The same to be read by people: one page without scripts, everything escaped. */
  html(): AsyncIterable<string>
}

const PAGE = 500
/** Length of the roll-ups that figures are summed of, in seconds. */
const HOUR_S = 3600

/**
 * All that is held of a subject, as it is stored: events with their redacted texts, scores, findings and sums. That it
 * was asked for is in the ledger before anything is told. Memory does not grow with the number of events.
 * Throws Problem BAD_REQUEST where the subject is none; COPY_FAILED, while it is written, where an archive file cannot be read.
 */
export async function exportSubject(
  parts: ExportParts,
  { subject, actor }: { subject: SubjectAsk; actor: Actor },
): Promise<SubjectExport> {
  const { engine, clock, redactor } = parts
  const selection = selectionOf(redactor, subject)
  const made_at = formatTime(clock.now())
  const named = subjectName(redactor, parts.subjectKey, subject)
  const filter = filterOf(selection)
  const archived = await engine.cold(filter)
  const rows = archived.reduce((sum, file) => sum + file.rows, await engine.count(filter))
  await recordDeed(parts, actor, { action: 'subject.export', rows, asked: { subject: named } })

  async function* events(): AsyncGenerator<RedactedEvent> {
    for (let page = await engine.events(filter, { limit: PAGE }); ; ) {
      for (const { event } of page.items) yield event
      if (page.next === null) break
      page = await engine.events(filter, { limit: PAGE, after: page.next })
    }
    for (const file of archived.toReversed()) yield* eventsIn(file)
  }

  async function* eventsIn({ manifest }: ColdFile): AsyncGenerator<RedactedEvent> {
    const wanted = new Set(await engine.coldRows(manifest.file, filter))
    for await (const { event } of archivedEvents({ engine, cold: coldStore(parts.cold) }, manifest, wanted)) {
      if (event.verdict === 'gone') continue
      if (event.text === null)
        throw new Problem('COPY_FAILED', `an event in ${manifest.path} is not what was sealed, so not all can be told`)
      yield JSON.parse(event.text) as RedactedEvent
    }
  }

  /** Entities that the subject is named by, under every form. */
  const entities = [
    ...(selection.user_id ?? []).map((id) => ({ type: 'user' as const, id })),
    ...(selection.session_id ?? []).map((id) => ({ type: 'session' as const, id })),
    ...(Object.keys(subject).length === 1 && selection.tenant_id !== undefined
      ? [{ type: 'tenant' as const, id: selection.tenant_id }]
      : []),
  ]
  const within = selection.tenant_id === undefined ? {} : { tenant_id: selection.tenant_id }

  async function recordsOf<T>(kind: string): Promise<T[]> {
    if (entities.length === 0) return []
    const of = { ...within, entities: entities.map(({ type, id }) => `${type}:${id}`) }
    return (await allRecords(engine, kind, of)).map(({ body }) => body as unknown as T)
  }

  async function facts(): Promise<SubjectFacts> {
    const figures = new Map<string, { metric: string; n: number; total: number }>()
    for (const { type, id } of entities)
      for (const { metric, n, total } of await engine.rollups({
        period: HOUR_S,
        entity_type: type,
        entity_id: id,
        ...within,
      })) {
        const sum = figures.get(metric) ?? { metric, n: 0, total: 0 }
        figures.set(metric, { metric, n: sum.n + n, total: sum.total + total })
      }
    return {
      subject: selection,
      made_at,
      scores: await recordsOf<Score>('score'),
      findings: await recordsOf<Finding>('finding'),
      figures: [...figures.values()],
    }
  }

  return {
    async *json() {
      yield `${jsonLine(await facts()).slice(0, -1)},"events":[\n`
      let first = true
      for await (const event of events()) {
        yield `${first ? '' : ',\n'}${jsonLine(event)}`
        first = false
      }
      yield '\n]}\n'
    },
    html: async function* () {
      yield* subjectPage(await facts(), events())
    },
  }
}
