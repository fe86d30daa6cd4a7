import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Concept } from '../../src/core/concept.ts'
import { SECOND } from '../../src/core/window.ts'
import type { ConceptSource } from '../../src/flow/concepts/source.ts'
import { search } from '../../src/flow/search/search.ts'
import { type AConceptHouse, aConceptHouse, shipped } from '../api/a-concept-house.ts'
import { said } from '../api/an-api.ts'

/** New versions of concepts are brought to events that are stored: over a real store, with the real model. */
let house: AConceptHouse
beforeEach(async () => {
  house = await aConceptHouse()
})
afterEach(() => house.close())

const say = async (n: number, from = 0) => {
  const body = Array.from({ length: n }, (_, i) =>
    said(`e${from + i}`, { response: i % 3 === 0 ? `I cannot help with number ${i}` : `number ${i} is on its way` }),
  )
  await house.call('POST', '/v1/events', { role: 'ingest', body })
}
const all = async ({ concepts }: { concepts: ConceptSource }) => {
  const ask = { concept: 'refusal', scope: 'all', min_probability: 0, k: 1000 } as const
  return await search({ ...house, concepts: await concepts.answering() }, ask)
}
const marks = async (version: number) => (await house.engine.marked('refusal', version, 0, {}, { limit: 1 })).total
const standing = async (concepts: ConceptSource) => {
  const { row } = (await concepts.all())[0]!
  return [row.answers, row.version]
}

/** The concept in a later file, which finds everything half as probable. */
function later(version: number): Concept[] {
  const [{ fitted, ...before }] = shipped() as [Concept]
  const half = (text: string, vector: Float32Array) => before.probability(text, vector) / 2
  return [{ ...before, version, fitted: { ...fitted, version }, probability: half }]
}

it('a store in which nothing was embedded yet has nothing to be scored again', async () => {
  await say(10)
  await house.embed()
  expect(await house.work()).toEqual({ done: 0 })
  expect(await marks(1)).toBe(10)
})

it('a file of a higher version is brought to every stored event, and the one before answers until that is done', async () => {
  await say(10)
  await house.embed()
  const before = await all(house)
  const next = house.restarted(later(2))
  await next.embed()
  expect(await all(next)).toEqual(before)
  // what comes in meanwhile is scored by both
  await say(5, 10)
  await next.embed()
  expect([(await all(next)).items.length, await marks(1), await marks(2)]).toEqual([15, 15, 5])

  expect(await next.work()).toEqual({ done: 15 })
  const after = await all(next)
  expect([after.items.length, after.not_examined]).toEqual([15, 0])
  expect(after.items[0]!.score).toBeCloseTo(before.items[0]!.score / 2, 5)
  house.pass(180 * SECOND)
  await next.work()
  expect([await marks(1), await marks(2)]).toEqual([0, 15])
})

it('a run that is killed anywhere is taken up by the next, and every event is scored once', async () => {
  for (const from of [0, 200, 400]) await say(200, from)
  await house.embed()
  const { concepts, work } = house.restarted(later(2))
  const stop = new AbortController()
  const settle: typeof house.engine.settle = async (ticket, effects) => {
    stop.abort()
    return await house.engine.settle(ticket, effects)
  }
  await work({ settle }, stop.signal)
  expect([await marks(2), await standing(concepts)]).toEqual([256, [1, 2]])

  // one that dies with events in hand leaves them to the next, once its lease has run out
  await expect(work({ settle: () => Promise.reject(new Error('killed')) })).rejects.toThrow('killed')
  await work()
  expect(await standing(concepts)).toEqual([1, 2])
  house.pass(61 * SECOND)
  await work()
  expect([await marks(2), await standing(concepts)]).toEqual([600, [2, 2]])
  expect((await all({ concepts })).not_examined).toBe(0)
})

it('versions that come one upon the other are brought to events one after the other, and the last answers', async () => {
  await say(20)
  await house.embed()
  const second = house.restarted(later(2))
  const failing = second.work({ settle: () => Promise.reject(new Error('killed')) })
  await expect(failing).rejects.toThrow('killed')
  const third = house.restarted(later(3))
  await third.embed()
  house.pass(61 * SECOND)
  await third.work()
  expect(await standing(third.concepts)).toEqual([3, 3])
  house.pass(180 * SECOND)
  await third.work()
  expect([await marks(1), await marks(2), await marks(3)]).toEqual([0, 0, 20])
})
