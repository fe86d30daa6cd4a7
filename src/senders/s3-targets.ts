import type { ArchiveTarget } from '../core/archive-target.ts'
import { type CheckpointTarget, padded, type SegmentSource, type SegmentTarget } from '../core/copy.ts'
import { Problem } from '../core/problem.ts'
import type { S3 } from './s3.ts'

/** Where each kind lies below the prefix, so that all may share a bucket. */
const CHECKPOINTS = 'checkpoints/'
const SEGMENTS = 'segments/'
const ARCHIVE = 'archive/'

/** Checkpoints as locked objects `checkpoints/SIZE.note`, timestamps beside them as `SIZE.TARGET.tsr`. */
export function s3Checkpoints(name: string, store: S3): CheckpointTarget {
  async function put(key: string, bytes: Buffer, signal: AbortSignal, what: string) {
    if ((await store.put(key, bytes, signal)) === 'stored') return
    if (!Buffer.from(await store.get(key, signal)).equals(bytes))
      throw new Problem('COPY_FAILED', `${store.place}${key} holds another ${what}`)
  }
  return {
    name,
    place: store.place,
    async put({ size, note }, signal) {
      const key = `${CHECKPOINTS}${padded(size)}.note`
      await put(key, Buffer.from(note), signal, 'checkpoint of this size: the ledger was forked')
      return null
    },
    async putTimestamp({ size, target, reply }, signal) {
      await put(`${CHECKPOINTS}${padded(size)}.${target}.tsr`, Buffer.from(reply), signal, 'timestamp')
    },
  }
}

/** Segments as locked objects `segments/FROM-TO.segment`. */
export function s3Segments(name: string, store: S3): SegmentTarget {
  return {
    name,
    place: store.place,
    async put(segment, bytes, signal) {
      if ((await store.put(SEGMENTS + segment, bytes, signal)) === 'stored') return 'stored'
      const there = await store.get(SEGMENTS + segment, signal)
      return Buffer.from(there).equals(bytes) ? 'stored' : there
    },
  }
}

/** Reads segments back. */
export function s3Source(store: S3, signal: AbortSignal): SegmentSource {
  return {
    list: async () =>
      (await store.list(signal)).filter((key) => key.startsWith(SEGMENTS)).map((key) => key.slice(SEGMENTS.length)),
    read: (name) => store.get(SEGMENTS + name, signal),
  }
}

/** Files of the archive as objects `archive/NAME`, locked where the store locks. */
export function s3Archive(store: S3): ArchiveTarget {
  return {
    place: `${store.place}${ARCHIVE}`,
    async put(path, bytes, signal) {
      if ((await store.put(ARCHIVE + path, bytes, signal)) === 'there')
        throw new Problem('COPY_FAILED', `${store.place}${ARCHIVE}${path} is there already, and never written again`)
    },
    read: (path, signal) => store.get(ARCHIVE + path, signal),
    remove: (path, signal) => store.remove(ARCHIVE + path, signal),
  }
}
