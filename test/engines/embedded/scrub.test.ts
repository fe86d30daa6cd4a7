import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import type { Engine } from '../../../src/core/ports.ts'
import { connect } from '../../../src/engines/embedded/connection.ts'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { storeKeys, unlocking } from '../../../src/engines/embedded/page-encryption.ts'
import { handClock } from '../../contracts/engine/contract.ts'
import { eraseUser } from '../../contracts/engine/erasing.ts'
import { said } from '../../contracts/engine/said.ts'
import { plainFiles } from '../../plain-files.ts'
import { storeKey } from '../../store-key.ts'

const DIMS = 8
const SPACE = { space: 's1', model: 'm', revision: 'r', dtype: 'q8', dims: DIMS, state: 'active' } as const
const MANY = 400

/** Words that occur once each: in the question, the answer, an attribute, the name of the user. */
const secretsOf = (i: number) =>
  ['question', 'answer', 'attribute', 'user'].map((of) => createHash('sha256').update(`${of} ${i}`).digest('hex'))

/** A unit vector whose bytes occur once. */
function vectorOf(i: number): Float32Array {
  const vector = Float32Array.from({ length: DIMS }, (_, at) => Math.sin(i * 17 + at * at * 3 + 1))
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

const eventOf = (i: number) => {
  const [question, answer, attribute, user] = secretsOf(i)
  // every seventh is large enough to need pages of its own
  const filling = 'lorem ipsum '.repeat(i % 7 === 0 ? 2000 : (i % 5) * 10)
  return said(`e${i}`, {
    prompt: `say ${question} ${filling}`,
    response: `said ${answer}`,
    user_id: user!,
    attributes: { note: attribute! },
  })
}

function bytesBelow(folder: string): Buffer {
  return Buffer.concat(plainFiles(folder, storeKey).map(({ bytes }) => bytes))
}

const bytesOf = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)

function leftOf(folder: string, ids: readonly number[]) {
  const bytes = bytesBelow(folder)
  // the word index writes the beginning that a word shares with the one before it only once: the rest tells
  const words = ids.flatMap(secretsOf).filter((word) => bytes.includes(word.slice(8)))
  const vectors = ids.filter((i) => bytes.includes(bytesOf(vectorOf(i))))
  return { words, vectors }
}

async function filled(folder: string) {
  const engine = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock(), segmentSize: 64 })
  await engine.putSpace(SPACE)
  for (let i = 0; i < MANY; i += 50) {
    await engine.append(Array.from({ length: 50 }, (_, at) => eventOf(i + at)))
    await embed(engine)
    await engine.tend(500)
  }
  await engine.settle((await engine.claim('baseline', 1000, 1000))!, {})
  return engine
}

async function embed(engine: Engine) {
  const ticket = (await engine.claim('embed:s1', 1000, 1000))!
  await engine.settle(ticket, {
    vectors: ticket.events.map(({ seq, event }) => ({
      seq,
      part: 'prompt' as const,
      space: 's1',
      tenant_id: null,
      content: Buffer.from(event.event_id),
      vector: vectorOf(Number(event.event_id.slice(1))),
    })),
  })
}

const tended = async (engine: Engine) => {
  while ((await engine.tend(500)) > 0);
}

const some = Array.from({ length: MANY }, (_, i) => i).filter((i) => i % 3 === 0)
const others = Array.from({ length: MANY }, (_, i) => i).filter((i) => i % 3 !== 0)
const amend = (engine: Engine) =>
  engine.append(
    some.map((i) => ({
      ...said(`e${i}`, { prompt: 'say [X]', response: 'said [X]', user_id: 'user:x', attributes: { note: '[X]' } }),
      kind: 'amendment' as const,
      reason: 'redaction' as const,
    })),
  )

/** As the service has it: one half writes, the other searches and keeps the snapshots. */
async function inHalves(folder: string, work: (writer: Engine, reader: Engine) => Promise<void>) {
  const [writer, reader] = await Promise.all(
    (['write', 'read'] as const).map((half) =>
      openEmbedded({ key: storeKey, dataDir: folder, clock: handClock(), half, segmentSize: 64 }),
    ),
  )
  try {
    await work(writer!, reader!)
  } finally {
    await reader!.close()
    await writer!.close()
  }
}

it('nothing of an amended text is left on the disk while the service runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  await (await filled(folder)).close()
  await inHalves(folder, async (writer, reader) => {
    await tended(reader)
    expect(leftOf(folder, some).words).toHaveLength(4 * some.length)
    expect(leftOf(folder, some).vectors).toEqual(some)
    await amend(writer)
    // baselines have taken off what they counted
    await writer.settle((await writer.claim('baseline', 1000, 1000))!, {})
    await tended(writer)
    await tended(reader)
    expect(leftOf(folder, some)).toEqual({ words: [], vectors: [] })
    expect(leftOf(folder, others).words).toHaveLength(4 * others.length)
  })
  const db = connect(folder, true, storeKey)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.exec("insert into words(words) values ('integrity-check')")
  db.close()
})

it('a command that amends leaves no snapshot behind that holds what was there before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  await (await filled(folder)).close()
  await inHalves(folder, (_, reader) => tended(reader))
  const command = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  await amend(command)
  await command.settle((await command.claim('baseline', 1000, 1000))!, {})
  await command.close()
  expect(leftOf(folder, some)).toEqual({ words: [], vectors: [] })
  await inHalves(folder, async (_, reader) => {
    const { hits } = await reader.nearest(vectorOf(1), 's1', 1, {})
    expect(hits[0]!.event_id).toBe('e1')
  })
})

it('a command that amends beside the running service leaves nothing either, and the service follows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  await (await filled(folder)).close()
  await inHalves(folder, async (writer, reader) => {
    await tended(reader)
    const ticket = (await writer.claim('embed:s2', 1000, 1000))!
    const command = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
    await amend(command)
    await writer.append([said('late')])
    await command.settle((await command.claim('baseline', 1000, 1000))!, {})
    await tended(command)
    await command.close()
    await tended(reader)
    expect(leftOf(folder, some)).toEqual({ words: [], vectors: [] })
    expect(await writer.settle(ticket, {})).toBe('settled')
    expect(await reader.count({})).toBe(MANY + 1)
    expect((await reader.nearest(vectorOf(1), 's1', 1, {})).hits[0]!.event_id).toBe('e1')
    expect((await reader.nearest(vectorOf(0), 's1', 1, {})).hits[0]!.event_id).not.toBe('e0')
  })
})

it('a process that dies before it could wipe the journal leaves that to the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  const engine = await filled(folder)
  await amend(engine)
  const db = connect(folder, true, storeKey)
  const marked = () => db.prepare("select value from counters where name = 'scrub'").pluck().get()
  expect(marked()).toBeGreaterThan(0)
  const next = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock(), half: 'write' })
  await tended(next)
  expect(marked()).toBe(0)
  await next.close()
  await engine.close()
  db.close()
})

it('a command that follows one that died leaves no snapshot of what that one destroyed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  await (await filled(folder)).close()
  await inHalves(folder, (_, reader) => tended(reader))
  const dead = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  await amend(dead)
  const next = await openEmbedded({ key: storeKey, dataDir: folder, clock: handClock() })
  await next.settle((await next.claim('baseline', 1000, 1000))!, {})
  await next.close()
  expect(leftOf(folder, some)).toEqual({ words: [], vectors: [] })
  await dead.close()
})

it('a reader that holds on to the journal for a moment is waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  const engine = await filled(folder)
  await amend(engine)
  await engine.settle((await engine.claim('baseline', 1000, 1000))!, {})
  const reading = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads')
     const db = new (require(workerData.sqlite))(workerData.file, { readonly: true })
     for (const pragma of workerData.unlock) db.pragma(pragma)
     db.exec('begin')
     db.prepare('select count(*) from events').get()
     parentPort.postMessage('reads')
     setTimeout(() => db.exec('commit'), 600)`,
    {
      eval: true,
      workerData: {
        file: join(folder, 'undercurrent.db'),
        unlock: unlocking(storeKeys(storeKey).database),
        sqlite: createRequire(import.meta.url).resolve('better-sqlite3-multiple-ciphers'),
      },
    },
  )
  await once(reading, 'message')
  await engine.close()
  expect(leftOf(folder, some).words).toEqual([])
  await reading.terminate()
})

it('an erased user is gone from the journal as well', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-scrub-'))
  const engine = await filled(folder)
  for (const i of some) await eraseUser(engine, secretsOf(i)[3]!)
  await tended(engine)
  expect(leftOf(folder, some)).toEqual({ words: [], vectors: [] })
  await engine.close()
})
