import { CANARY } from '../../core/canary.ts'
import { ERASURE } from '../../core/erasure.ts'
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

/** What is watched for in this process. */
export interface CanaryWatch {
  /** What marks an event, as canaries stand now. */
  marks(): Promise<Marks>
  /** Lets go of all that is held of canaries; it is read again when the next events come. */
  forget(): void
}

/** Records that tell that canaries changed: they themselves, and erasures, which take those of a tenant away. */
const TELLING = [CANARY, ERASURE]

/**
 * The canaries that events are looked through for. It asks the store at most once a second whether some were registered,
 * removed or erased, by whichever process, so that a change counts a second later at most; what it costs where there are
 * none is that question. Throws as the engine does: an event that could not be looked at is not taken in.
 */
export function canaryWatch(parts: WatchParts): CanaryWatch {
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

  return {
    async marks() {
      const now = clock.now()
      if (now - asked < SECOND && now >= asked) return marks
      // before the rows are read: what is written between the two is read again
      const upto = Math.max(...(await Promise.all(TELLING.map((kind) => newest(kind, rev)))))
      if (upto !== rev) {
        marks = await read()
        rev = upto
      }
      asked = now
      return marks
    },

    forget() {
      marks = null
      rev = 0
      asked = Number.NEGATIVE_INFINITY
    },
  }

  /** The last write of a kind after another; that one where there is none. */
  async function newest(kind: string, from: number): Promise<number> {
    for (let at = from; ; ) {
      const after = { ts: 0, rank: null, rev: at, id: '' }
      const page = await engine.records(kind, {}, { order: 'rev', limit: 500, after })
      at = page.at(-1)?.rev ?? at
      if (page.length < 500) return at
    }
  }
}
