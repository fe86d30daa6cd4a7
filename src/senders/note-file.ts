import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type CheckpointTarget, type CopiedCheckpoint, padded } from '../core/copy.ts'
import { Problem } from '../core/problem.ts'
import { diskProblem } from './disk.ts'
import { flushFolder, writeOnce } from './write-once.ts'

/** Notes are looked for at the end first: where they are repeated, they are the last ones. */
const TAIL_BYTES = 65_536

/**
 * Appends signed notes to one file, each on the disk before it counts. What a cut-off run left half written is taken away;
 * a file that begins as another ledger's, or knows more of this one, is left alone and said. Timestamps come beside:
 * `PATH.SIZE.note` and `PATH.SIZE.tsr`.
 */
export function noteFile({ name, path }: { name: string; path: string }): CheckpointTarget {
  return {
    name,
    place: `file ${path}`,
    async put(checkpoint) {
      try {
        await append(path, checkpoint)
      } catch (error) {
        throw diskProblem(path, error)
      }
      return null
    },
    async putTimestamp({ size, note, reply }) {
      for (const [end, bytes] of [
        ['note', Buffer.from(note)],
        ['tsr', reply],
      ] as const) {
        const file = `${path}.${padded(size)}.${end}`
        if ((await writeOnce(file, bytes)) === 'stored') continue
        // a second authority's answer on the same checkpoint does not replace the first
        if (end === 'note' && !(await readFile(file)).equals(bytes))
          throw new Problem('COPY_FAILED', `${file} holds another checkpoint of this size: the ledger was forked`)
      }
    },
  }
}

async function append(path: string, { note, size }: CopiedCheckpoint) {
  const file = await open(path, 'a+', 0o644)
  try {
    const { size: before } = await file.stat()
    const ours = Buffer.from(note)
    const kept = before === 0 ? 0 : await wholeEnd(file, path, before, ours)
    if (before > 0 && (await stands(file, path, kept, { note, size }))) return
    if (kept < before) await file.truncate(kept)
    try {
      await file.appendFile(ours)
      await file.sync()
    } catch (error) {
      // half a note is none
      await file.truncate(kept)
      throw error
    }
    if (before === 0) await flushFolder(dirname(path))
  } finally {
    await file.close()
  }
}

/** Where the last whole note ends: before the beginning of this one, if a run was cut off while it wrote it. */
async function wholeEnd(file: FileHandle, path: string, size: number, note: Buffer): Promise<number> {
  const tail = await part(file, Math.max(0, size - note.length), size)
  // a signature ends its note, and a note ends with a line break
  for (let n = Math.min(note.length - 1, tail.length); n > 0; n--) {
    const start = size - n
    if (!tail.subarray(-n).equals(note.subarray(0, n))) continue
    if (start === 0 || (await endsNote(file, start))) return start
  }
  if (!(await endsNote(file, size)))
    throw new Problem('COPY_FAILED', `${path} does not end with a signed note: move it away, it is not only ours`)
  return size
}

/** Whether the line before a place begins as a signature does. */
async function endsNote(file: FileHandle, end: number): Promise<boolean> {
  const text = (await part(file, Math.max(0, end - 2_000), end)).toString('utf8')
  return text.endsWith('\n') && text.slice(text.lastIndexOf('\n', text.length - 2) + 1).startsWith('— ')
}

/** Whether the file has the note. Throws where it is of another ledger, or has a later one and not this. */
async function stands(file: FileHandle, path: string, end: number, { note, size }: { note: string; size: number }) {
  if (end === 0) return false
  const origin = Buffer.from(note.slice(0, note.indexOf('\n') + 1))
  if (!(await part(file, 0, origin.length)).equals(origin))
    throw new Problem('COPY_FAILED', `${path} begins as the file of another ledger: give each its own`)
  const tail = await part(file, Math.max(0, end - TAIL_BYTES), end)
  if (tail.includes(note)) return true
  const last = lastSize(tail.toString('utf8'), origin.toString('utf8'))
  if (last < size) return false
  if ((await part(file, 0, end)).includes(note)) return true
  throw new Problem(
    'COPY_FAILED',
    `${path} has a checkpoint of ${last} entries and not this one of ${size}: the ledger was rolled back or forked`,
  )
}

function lastSize(text: string, origin: string): number {
  const at = text.lastIndexOf(origin)
  return at < 0 ? 0 : Number(text.slice(at + origin.length).split('\n', 1)[0])
}

async function part(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.alloc(to - from)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
  return bytes.subarray(0, bytesRead)
}
