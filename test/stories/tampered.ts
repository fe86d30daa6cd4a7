import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyFile } from '../../docs/verify/verify.mjs'
import type { Engine } from '../../src/core/ports.ts'
import { type Connection, connect } from '../../src/engines/embedded/connection.ts'
import { keyRing } from '../../src/engines/embedded/key-ring.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { type OpenedBody, type SealedBody, sealBody, unsealBody } from '../../src/engines/embedded/sealed-body.ts'
import { ledgerLines } from '../../src/flow/ledger-file.ts'
import { type VerifyAnswer, verify } from '../../src/flow/verify.ts'
import { outsidePoints } from '../../src/flow/verify-checkpoints.ts'
import { checkpointText } from '../../src/ledger/checkpoint.ts'
import { leafData } from '../../src/ledger/leaf.ts'
import { noteSigner, noteVerifier } from '../../src/ledger/note.ts'
import { grow, leafHash } from '../../src/ledger/tree.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { said } from '../contracts/engine/said.ts'

export const signer = noteSigner('logs.example.org/story', new Uint8Array(32).fill(7))

/** What the store is encrypted under; whoever tampers with it has stolen it. */
const KEY = new Uint8Array(32).fill(3)

/** What both verifiers say of a store, in the same words. */
export interface Said {
  verdicts: string[]
  counts: Record<string, number>
  bad: { seq: number; verdict: string; count?: number }[]
}

/** Texts of a store, for somebody who has stolen the key ring as well: opened, and sealed as if they were the event's. */
export interface Texts {
  opened(seq: number): OpenedBody
  put(seq: number, text: OpenedBody): void
}

/** A store with a ledger of its own, that may be tampered with on the disk. */
export class Ledger {
  readonly folder: string
  readonly clock = handClock()

  constructor(folder = mkdtempSync(join(tmpdir(), 'uc-tamper-'))) {
    this.folder = folder
  }

  get dataDir() {
    return join(this.folder, 'var')
  }

  async open<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await openEmbedded({ dataDir: this.dataDir, key: KEY, clock: this.clock })
    try {
      return await work(engine)
    } finally {
      await engine.close()
    }
  }

  /** Appends events `a<from>` to before `a<to>`, of seven users, under a checkpoint. Returns its note. */
  async grow(from: number, to: number, text = 'question'): Promise<string> {
    return this.open(async (engine) => {
      const ids = Array.from({ length: to - from }, (_, i) => from + i)
      await engine.append(ids.map((i) => said(`a${i}`, { user_id: `u${i % 7}`, prompt: `${text} ${i}` })))
      return checkpointed(engine, this.clock.now())
    })
  }

  /** On the file itself, by whoever can open it. */
  tamper(work: (db: Connection, texts: Texts) => void): void {
    const db = connect(this.dataDir, true, KEY)
    const ring = keyRing(this.dataDir, KEY, 'write')
    const row = db.prepare<[number], SealedBody>('select event_id, subject, body from events where seq = ?')
    const put = db.prepare('update events set body = ? where seq = ?')
    try {
      work(db, {
        opened(seq) {
          const { event_id, subject, body } = row.get(seq)!
          const { salt, text } = unsealBody(ring.keyOf(subject!)!, event_id, body!)
          return { salt: Buffer.from(salt), text }
        },
        put(seq, { salt, text }) {
          const { event_id, subject } = row.get(seq)!
          put.run(sealBody(ring.keyOf(subject!)!, event_id, salt, text), seq)
        },
      })
    } finally {
      ring.close()
      db.close()
    }
  }

  /** A second store that begins as this one. */
  copy(): Ledger {
    const other = new Ledger()
    cpSync(this.folder, other.folder, { recursive: true })
    return other
  }

  /** What `verify` and the stand-alone verifier over the export say. Checkpoints are notes that were kept outside. */
  async judged(...outside: string[]): Promise<{ house: VerifyAnswer; alone: Said }> {
    const { name, vkey } = signer
    const file = join(this.folder, 'ledger.ndjson')
    const notes = join(this.folder, 'kept.txt')
    writeFileSync(notes, outside.join('\n'))
    const house = await this.open(async (engine) => {
      const lines: string[] = []
      for await (const line of ledgerLines({ engine, ledger: { name, vkey } })) lines.push(line)
      writeFileSync(file, lines.join(''))
      const points = outside.length === 0 ? [] : outsidePoints(outside.join('\n'), 'kept.txt', noteVerifier(vkey), name)
      return verify({ engine, clock: this.clock }, { vkey, outside: points, from: 'start' })
    })
    return { house, alone: verifyFile(file, outside.length === 0 ? [] : [notes], vkey) as unknown as Said }
  }

  discard(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Signs and stores a checkpoint of the ledger as it stands. */
export async function checkpointed(engine: Engine, now: number): Promise<string> {
  const { size, root } = await engine.head()
  const note = signer.sign(checkpointText({ origin: signer.name, size, root }))
  const body = { size, root: Buffer.from(root).toString('base64'), at: new Date(now / 1000).toISOString(), note }
  const id = String(size).padStart(16, '0')
  const record = { kind: 'checkpoint', id, ts: now, entity: null, tenant_id: null, rank: null, body }
  await engine.putRecords([{ record, expect: 0 }])
  return note
}

/** Makes tree and head anew from the leaves, as somebody would who knows how they are made. */
export function rebuild(db: Connection): void {
  const leaves = db
    .prepare<[], { kind: 'event'; event_id: string; commitment: Buffer }>('select * from leaves order by seq')
    .all()
    .map(({ kind, event_id, commitment }) => leafHash(leafData(kind, event_id, commitment)))
  const { made, frontier } = grow(0, [], leaves)
  db.exec('delete from nodes')
  const put = db.prepare('insert into nodes values (?, ?, ?)')
  for (const { level, index, hash } of made) if (level > 0) put.run(level, index, hash)
  db.prepare('update head set size = ?, frontier = ?').run(leaves.length, Buffer.concat(frontier))
}
