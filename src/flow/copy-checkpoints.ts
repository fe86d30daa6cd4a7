import { type CheckpointTarget, type CopiedTimestamp, padded } from '../core/copy.ts'
import type { Engine, RecordWrite, StoredRecord } from '../core/ports.ts'
import { formatTime, type Micros, parseTime } from '../core/window.ts'
import { type NoteSigner, type NoteVerifier, noteVerifier } from '../ledger/note.ts'
import { type Checkpoint, storedCheckpoint } from './checkpoint.ts'
import type { OpenCursor } from './copy-cursor.ts'

type Reading = { engine: Pick<Engine, 'records'>; signer: Pick<NoteSigner, 'vkey'> }

/** Records that are read at once. */
const PAGE = 100

/**
 * Gives a target every checkpoint that it has not, oldest first, and then every timestamp that it can keep beside one;
 * each counts once the target has it. Stops where `enough` says so. Throws as the target does, and LEDGER_BROKEN where a
 * checkpoint is not as it was signed: that one is given to nobody, and the next time begins behind it.
 * @returns how many it gave
 */
export async function copyCheckpoints(
  { engine, signer }: Reading,
  target: CheckpointTarget,
  cursor: OpenCursor,
  signal: AbortSignal,
  enough: () => boolean,
): Promise<number> {
  const key = noteVerifier(signer.vkey)
  let done = 0
  for await (const record of follow(engine, 'checkpoint', cursor.state.checkpoint_rev)) {
    if (signal.aborted || enough()) return done
    const checkpoint = await givable(record, key, cursor)
    const behind = cursor.state.behind_since === null ? { behind_since: record.ts } : {}
    if (checkpoint === null) {
      await cursor.move({ checkpoint_rev: record.rev })
      continue
    }
    if (cursor.state.behind_since === null) await cursor.move(behind)
    const timestamp = await target.put(checkpoint, signal)
    const writes = timestamp === null ? [] : [timestampWrite(timestamp)]
    await cursor.move({ checkpoint_rev: record.rev, behind_since: null, last_error: null }, writes)
    done++
  }
  if (target.putTimestamp === undefined) return done
  for await (const record of follow(engine, 'timestamp', cursor.state.timestamp_rev)) {
    if (signal.aborted || enough()) return done
    await target.putTimestamp(storedTimestamp(record), signal)
    await cursor.move({ timestamp_rev: record.rev, last_error: null })
    done++
  }
  return done
}

async function* follow(engine: Reading['engine'], kind: string, rev: number): AsyncGenerator<StoredRecord> {
  let after = { ts: 0, rank: null, rev, id: '' }
  for (;;) {
    const page = await engine.records(kind, {}, { order: 'rev', limit: PAGE, after })
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = { ts: last.ts, rank: null, rev: last.rev, id: last.id }
  }
}

/**
 * A checkpoint that others may be given; null for one of the time before they were signed, which proves nothing to anybody.
 * One that was damaged must not keep those behind it here: the cursor is moved past it before it is told.
 */
async function givable(record: StoredRecord, key: NoteVerifier, cursor: OpenCursor): Promise<Checkpoint | null> {
  try {
    return storedCheckpoint(record, key)
  } catch (error) {
    await cursor.move({ checkpoint_rev: record.rev })
    throw error
  }
}

/** The record that keeps a timestamp with its checkpoint: kind `timestamp`, id `SIZE:TARGET`. */
function timestampWrite({ size, target, note, time, reply }: CopiedTimestamp): RecordWrite {
  const body = { size, target, note, time: formatTime(time), reply: Buffer.from(reply).toString('base64') }
  const id = `${padded(size)}:${target}`
  return { record: { kind: 'timestamp', id, ts: time, entity: null, tenant_id: null, rank: null, body }, expect: null }
}

function storedTimestamp({ body }: StoredRecord): CopiedTimestamp {
  const { size, target, note, time, reply } = body as Record<'size', number> &
    Record<'target' | 'note' | 'time' | 'reply', string>
  const at: Micros = parseTime(time) ?? 0
  return { size, target, note, time: at, reply: new Uint8Array(Buffer.from(reply, 'base64')) }
}
