import { CANARY } from '../../core/canary.ts'
import type { LogEvent } from '../../core/event.ts'
import type { Clock, Engine, Log } from '../../core/ports.ts'
import { type Micros, SECOND } from '../../core/window.ts'
import { canaryHasher } from '../../redactors/canary/canary-hash.ts'
import { canaryMarks } from '../../redactors/canary/canary-marks.ts'
import { createCanaryScan } from '../../redactors/canary/canary-scan.ts'
import type { Redactor } from '../../redactors/index.ts'
import type { Tagger } from '../../redactors/placeholder.ts'
import { canaryRows, keyOf } from './rows.ts'

export interface WatchParts {
  engine: Pick<Engine, 'records'>
  clock: Clock
  log: Log
  redactor: Pick<Redactor, 'identifier'>
  tagger: Pick<Tagger, 'placeholder'>
  /** What canaries are hashed under, 32 bytes. */
  canaryKey: Uint8Array
}

/** Marks an event that holds canaries; null where none are registered. */
export type Marks = ((event: LogEvent) => LogEvent) | null

/**
 * The canaries that events are looked through for. It asks the store at most once a second whether one was registered or
 * removed, by whichever process, so that a change counts a second later at most; what it costs where there are none is that
 * question. Throws as the engine does: an event that could not be looked at is not taken in.
 */
export function canaryWatch(parts: WatchParts): () => Promise<Marks> {
  const { engine, clock, log, redactor, tagger, canaryKey: secret } = parts
  let marks: Marks = null
  let asked: Micros = Number.NEGATIVE_INFINITY
  let rev = 0

  async function read(): Promise<Marks> {
    const rows = await canaryRows(engine)
    const { key } = canaryHasher(secret)
    const standing = rows.filter(({ hash }) => hash.key === key)
    if (standing.length < rows.length)
      log.warn(
        { lost: rows.length - standing.length },
        'canaries were hashed under another root secret and are not found: put them again',
      )
    if (standing.length === 0) return null
    const scan = createCanaryScan(
      secret,
      standing.map((row) => ({ key: keyOf(row), tenant_id: row.tenant_id, hash: row.hash })),
    )
    const mark = canaryMarks(scan, tagger)
    return (event) =>
      mark(event, event.tenant_id === undefined ? '' : redactor.identifier('tenant_id', event.tenant_id))
  }

  return async () => {
    const now = clock.now()
    if (now - asked < SECOND && now >= asked) return marks
    const upto = await newest(rev)
    if (upto !== rev) {
      marks = await read()
      rev = upto
    }
    asked = now
    return marks
  }

  /** The last change after another; that one where there is none. Asked before the rows are read: what is written between the two is read again. */
  async function newest(from: number): Promise<number> {
    for (let at = from; ; ) {
      const page = await engine.records(
        CANARY,
        {},
        { order: 'rev', limit: 500, after: { ts: 0, rank: null, rev: at, id: '' } },
      )
      at = page.at(-1)?.rev ?? at
      if (page.length < 500) return at
    }
  }
}
