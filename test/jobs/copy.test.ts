import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyJob } from '../../jobs/copy.ts'
import type { CheckpointTarget, CopiedTimestamp, Copies, SegmentTarget } from '../../src/core/copy.ts'
import type { Engine } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import { SECOND } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { checkpoint } from '../../src/flow/checkpoint.ts'
import { copyStates } from '../../src/flow/copy-cursor.ts'
import { readSegments } from '../../src/flow/copy-read.ts'
import { noteFile } from '../../src/senders/note-file.ts'
import { folderSource, writeOnceFolder } from '../../src/senders/write-once-folder.ts'
import { handClock } from '../contracts/engine/contract.ts'
import { said } from '../contracts/engine/said.ts'
import { signer } from '../senders/a-checkpoint.ts'

const key = new Uint8Array(32).fill(6)
let folder: string
let engine: Engine
let clock: ReturnType<typeof handClock>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-copy-'))
  mkdirSync(join(folder, 'vault'))
  clock = handClock()
  engine = await openEmbedded({ dataDir: join(folder, 'var'), key, clock })
})
afterEach(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const notes = () => noteFile({ name: 'witness', path: join(folder, 'notes') })
const vault = () => writeOnceFolder({ name: 'vault', path: join(folder, 'vault') })
const sealed = () => readdirSync(join(folder, 'vault')).sort()

/** The clock is moved in milliseconds. */
const SECONDS = 1_000

let chance = 0
const copiesOf = (more: Partial<Copies>): Copies => ({
  checkpoints: [],
  segments: [],
  segmentKey: key,
  segmentEvery: 60 * SECOND,
  segmentBytes: 2 ** 20,
  random: (bytes) => new Uint8Array(bytes).fill(++chance),
  ...more,
})
const noKeys = async () => []
const sign = async () => (await checkpoint({ engine, signer, clock })).checkpoint
const run = (more: Partial<Copies>, signal = new AbortController().signal) =>
  copyJob({ engine, clock, signer, copies: copiesOf(more), checkpoint: sign, renewKeyCopies: noKeys }, signal)
const say = (...ids: string[]) => engine.append(ids.map((id) => said(id)))
const states = async () => Object.fromEntries((await copyStates(engine)).map((one) => [one.target, one]))

async function entriesBack() {
  const ids: string[] = []
  for await (const { segment, fault } of readSegments(folderSource(join(folder, 'vault')), {
    key,
    origin: signer.name,
  })) {
    expect(fault).toBeUndefined()
    ids.push(...segment!.entries.map(({ event_id }) => event_id))
  }
  return ids
}

describe('checkpoints', () => {
  it('reach every target once, in order', async () => {
    await say('a')
    const first = await sign()
    await say('b', 'c')
    const second = await sign()
    expect(await run({ checkpoints: [notes()] })).toEqual({ done: 2 })
    expect(await run({ checkpoints: [notes()] })).toEqual({ done: 0 })
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe(first.note + second.note)
  })

  it('that are not as they were signed reach nobody, are told, and do not keep those behind them', async () => {
    await say('a')
    const first = await sign()
    await say('b')
    const second = await sign()
    await say('c')
    const third = await sign()
    const [, record] = await engine.records('checkpoint', {}, { order: 'rev', limit: 3 })
    const body = { ...second, note: second.note.replace('\n2\n', '\n7\n') }
    await engine.putRecords([{ record: { ...record!, body }, expect: null }])
    // what was written anew is the last in the order of writes
    await say('d')
    const fourth = await sign()
    await expect(run({ checkpoints: [notes()] })).rejects.toThrow(
      /^witness: .*the stored checkpoint of 2 entries does not fit its signature/,
    )
    expect((await states()).witness).toMatchObject({ failures: 1 })
    clock.pass(10 * SECONDS)
    expect(await run({ checkpoints: [notes()] })).toEqual({ done: 1 })
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe(first.note + third.note + fourth.note)
  })

  it('reach the others where a target is down, and that one later', async () => {
    await say('a')
    await sign()
    const down = noteFile({ name: 'far', path: join(folder, 'mount', 'notes') })
    await expect(run({ checkpoints: [down, notes()] })).rejects.toThrow(/^far: .*is not there: is it mounted\?$/)
    expect((await states()).witness).toMatchObject({ failures: 0, behind_since: null })
    expect((await states()).far).toMatchObject({ failures: 1, behind_since: clock.now() })
    mkdirSync(join(folder, 'mount'))
    clock.pass(10 * SECONDS)
    expect(await run({ checkpoints: [down, notes()] })).toEqual({ done: 1 })
    expect((await states()).far).toMatchObject({ failures: 1, behind_since: null, last_error: null })
  })

  it('are kept from a target that is down for longer and longer, up to five minutes, and that is told at every run', async () => {
    await say('a')
    await sign()
    let asked = 0
    const down: CheckpointTarget = {
      name: 'far',
      place: 'x',
      async put() {
        asked++
        throw new Problem('COPY_FAILED', 'it is down')
      },
    }
    const waits: number[] = []
    let last = clock.now()
    for (let second = 0; second < 1_800; second += 5) {
      const before = asked
      await expect(run({ checkpoints: [down] })).rejects.toThrow(/^far: it is down/)
      if (asked > before) {
        waits.push((clock.now() - last) / SECOND)
        last = clock.now()
      }
      clock.pass(5 * SECONDS)
    }
    expect(waits).toEqual([0, 5, 10, 20, 40, 80, 160, 300, 300, 300, 300])
    const { failures, retry_at: next } = (await states()).far!
    expect([failures, next]).toEqual([waits.length, last + 300 * SECOND])
    // a clock that goes back does not lengthen it
    clock.pass(-3_600 * SECONDS)
    await expect(run({ checkpoints: [down] })).rejects.toThrow('far: it is down')
    expect(asked).toBe(waits.length + 1)
  })

  it('wait no more for a target that is taken out', async () => {
    await say('a')
    await sign()
    const down = noteFile({ name: 'far', path: join(folder, 'mount', 'notes') })
    await expect(run({ checkpoints: [down] })).rejects.toThrow('far: ')
    await run({ checkpoints: [notes()] })
    expect((await states()).far).toMatchObject({ behind_since: null })
  })

  it('begin anew where a name is given another place', async () => {
    await say('a')
    await sign()
    await run({ checkpoints: [notes()] })
    const other = noteFile({ name: 'witness', path: join(folder, 'other') })
    expect(await run({ checkpoints: [other] })).toEqual({ done: 1 })
  })

  it('are stamped, and the stamp is kept and put beside the other copies', async () => {
    await say('a')
    const { note, size } = await sign()
    const stamp: CopiedTimestamp = { size, note, target: 'notary', time: clock.now(), reply: Uint8Array.of(1, 2) }
    const notary: CheckpointTarget = { name: 'notary', place: 'x', put: async () => stamp }
    await run({ checkpoints: [notary, notes()] })
    await run({ checkpoints: [notary, notes()] })
    const [kept] = await engine.records('timestamp', {}, { order: 'ts', limit: 2 })
    expect(kept!.body).toMatchObject({ size, target: 'notary', note, reply: 'AQI=' })
    const beside = join(folder, `notes.${String(size).padStart(16, '0')}`)
    expect(readFileSync(`${beside}.note`, 'utf8')).toBe(note)
    expect([...readFileSync(`${beside}.tsr`)]).toEqual([1, 2])
  })
})

describe('segments', () => {
  it('wait until an entry is nearly as old as is allowed, and then hold all that came', async () => {
    await say('a', 'b')
    expect(await run({ segments: [vault()] })).toEqual({ done: 0 })
    clock.pass(29 * SECONDS)
    await say('c')
    expect(await run({ segments: [vault()] })).toEqual({ done: 0 })
    clock.pass(1 * SECONDS)
    expect(await run({ segments: [vault()] })).toEqual({ done: 1 })
    await say('d')
    clock.pass(30 * SECONDS)
    expect(await run({ segments: [vault()] })).toEqual({ done: 1 })
    expect(sealed()).toHaveLength(2)
    expect(await entriesBack()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('go out at once where there are enough for a whole one', async () => {
    await say(...Array.from({ length: 40 }, (_, i) => `e${i}`))
    const { done } = await run({ segments: [vault()], segmentBytes: 2_000 })
    expect(done).toBeGreaterThan(2)
    clock.pass(60 * SECONDS)
    await run({ segments: [vault()], segmentBytes: 2_000 })
    expect(await entriesBack()).toHaveLength(40)
  })

  it('are the same where a run is killed after the place had one', async () => {
    await say('a', 'b')
    clock.pass(60 * SECONDS)
    const killed: SegmentTarget = {
      ...vault(),
      async put(...args) {
        await vault().put(...args)
        throw new Error('killed')
      },
    }
    await expect(run({ segments: [killed] })).rejects.toThrow('killed')
    await say('c')
    clock.pass(60 * SECONDS)
    await run({ segments: [vault()] })
    expect(await entriesBack()).toEqual(['a', 'b', 'c'])
    expect(sealed()).toHaveLength(2)
  })

  it('are not put over what stands there and says something else', async () => {
    await say('a')
    clock.pass(60 * SECONDS)
    const file = join(folder, 'vault', `${'0'.padStart(16, '0')}-${'1'.padStart(16, '0')}.segment`)
    writeFileSync(file, 'a letter')
    chmodSync(file, 0o400)
    await expect(run({ segments: [vault()] })).rejects.toThrow('does not begin as a segment does')
    expect(readFileSync(file, 'utf8')).toBe('a letter')
  })

  it('go out behind the keys of their subjects, once a run, and also where those cannot be put', async () => {
    const order: string[] = []
    const target: SegmentTarget = {
      name: 'vault',
      place: 'x',
      put: async (name) => {
        order.push(name.slice(15, 17))
        return 'stored'
      },
    }
    const renewKeyCopies = async () => {
      order.push('keys')
      return [{ place: '/mnt/keys', renewed: false, message: 'it is not there' }]
    }
    const parts = { engine, clock, signer, copies: copiesOf({ segments: [target] }), checkpoint: sign, renewKeyCopies }
    const { signal } = new AbortController()
    await say('a')
    expect(await copyJob(parts, signal)).toEqual({ done: 0 })
    expect(order).toEqual([])
    clock.pass(60 * SECONDS)
    await expect(copyJob(parts, signal)).rejects.toThrow('keys at /mnt/keys: it is not there')
    expect(order).toEqual(['keys', '0-'])
    expect((await states()).vault).toMatchObject({ to: 1, failures: 0 })
  })

  it('tell a ledger that is smaller than its copy', async () => {
    await say('a', 'b')
    clock.pass(60 * SECONDS)
    await run({ segments: [vault()] })
    const smaller = { ...engine, head: async () => ({ size: 1, root: new Uint8Array(32) }) }
    const again = copyJob(
      {
        engine: smaller,
        clock,
        signer,
        copies: copiesOf({ segments: [vault()] }),
        checkpoint: sign,
        renewKeyCopies: noKeys,
      },
      new AbortController().signal,
    )
    await expect(again).rejects.toThrow('vault has 2 entries and the ledger 1: it was rolled back')
  })
})

it('a house without copies makes none, and asks for nothing', async () => {
  const asked = () => Promise.reject(new Error('asked'))
  const parts = { engine, clock, signer, copies: null, checkpoint: asked, renewKeyCopies: asked }
  expect(await copyJob(parts, new AbortController().signal)).toEqual({ done: 0 })
})
