import { expect, expectTypeOf, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import { remoteEngine } from '../../src/roof/remote-engine.ts'
import type { Thread } from '../../src/roof/thread-call.ts'
import { aHouse } from './a-house.ts'

/** A thread that keeps what it was asked. */
function aThread(): Thread & { asked: [string, unknown[]][] } {
  const asked: [string, unknown[]][] = []
  return {
    asked,
    call: async (_name, args) => {
      asked.push(args as [string, unknown[]])
      return undefined as never
    },
    stop: async () => {},
  }
}

/** Calls that change what is kept. A new one must be placed here, and then in the thread that may write. */
const WRITES = [
  'append',
  'claim',
  'slot',
  'settle',
  'putRecords',
  'putSpace',
  'dropMarks',
  'place',
  'mergeClusters',
  'trimFingerprints',
  'erase',
  'retain',
  'beginArchive',
  'archive',
  'thaw',
  'endCold',
  'dropArchive',
] as const
expectTypeOf<(typeof WRITES)[number]>().toExtend<keyof Engine>()

it('offers every call that the engine has, and no other', async () => {
  const { engine } = await aHouse()
  expect(Object.keys(remoteEngine(aThread(), aThread())).sort()).toEqual(Object.keys(engine).sort())
})

it('sends what changes the store to the writer and all else to the reader, with its arguments', async () => {
  const [writer, reader] = [aThread(), aThread()]
  const remote = remoteEngine(writer, reader) as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  for (const name of Object.keys(remote)) await remote[name]!(name, 7)
  expect(writer.asked.map(([name]) => name).sort()).toEqual([...WRITES].sort())
  expect(reader.asked.map(([name]) => name)).not.toContain('close')
  expect(reader.asked.length).toBe(Object.keys(remote).length - WRITES.length - 1)
  for (const [name, args] of [...writer.asked, ...reader.asked]) expect(args).toEqual([name, 7])
})

it('is not closed by whoever was lent it', async () => {
  const [writer, reader] = [aThread(), aThread()]
  await remoteEngine(writer, reader).close()
  expect([...writer.asked, ...reader.asked]).toEqual([])
})
