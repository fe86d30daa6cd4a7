import { expect, it } from 'vitest'
import type { Engine, Filter, Part } from '../../../src/core/ports.ts'
import { handClock, type Opener } from './contract.ts'
import { eraseUser } from './erasing.ts'
import { said } from './said.ts'

const SPACE = { space: 's1', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' } as const

/** A unit vector of four numbers along one axis. */
const axis = (at: number) => Float32Array.from({ length: 4 }, (_, i) => (i === at ? 1 : 0))

/** The vector of a piece of a text, along an axis. */
const piece = (part: Part, chunk: number, along: number) => ({
  part,
  chunk,
  space: 's1',
  tenant_id: null,
  content: Buffer.from(`axis ${along}`),
  vector: axis(along),
})

/** What every engine promises of long texts, which have a vector of each of their chunks besides that of the whole. */
export function chunkContract(name: string, open: Opener) {
  const withEngine = (title: string, body: (engine: Engine) => Promise<void>) =>
    it(`${name} ${title}`, async () => {
      const engine = await open(handClock())
      try {
        await engine.putSpace(SPACE)
        await body(engine)
      } finally {
        await engine.close()
      }
    })

  /** One short answer, and one long one about another subject in each of its three chunks. */
  async function told(engine: Engine): Promise<void> {
    await engine.append([said('c1', { user_id: 'u1' }), said('c2', { user_id: 'u2' })])
    const ticket = (await engine.claim('embed:s1', 9, 1000))!
    const long = [piece('response', 0, 0), piece('response', 1, 1), piece('response', 2, 2), piece('response', 3, 1)]
    const vectors = [
      ...long.map((one) => ({ seq: 0, ...one })),
      { seq: 0, ...piece('prompt', 0, 3) },
      { seq: 1, ...piece('response', 0, 1) },
    ]
    expect(await engine.settle(ticket, { vectors })).toBe('settled')
  }

  withEngine('finds a long text by its nearest chunk, once, and says which', async (engine) => {
    await told(engine)
    const hits = async (along: number, k: number) =>
      (await engine.nearest(axis(along), 's1', k, { part: 'response' })).hits.map(({ event_id, chunk }) => [
        event_id,
        chunk,
      ])
    expect(await hits(2, 1)).toEqual([['c1', 2]])
    expect(await hits(0, 1)).toEqual([['c1', undefined]])
    expect(await hits(1, 2)).toEqual([
      ['c2', undefined],
      ['c1', 1],
    ])
    const close = await engine.within(axis(1), 's1', 0.9, {}, { limit: 9 })
    expect(close).toMatchObject({ total: 2, items: [{ event_id: 'c2' }, { event_id: 'c1', chunk: 1 }] })
    const nearby = async (filter: Filter) =>
      (await engine.nearby(axis(1), 's1', 0.9, filter))
        .map(({ event_id, score }) => [event_id, Math.round(score)])
        .sort()
    expect(await nearby({ part: 'response' })).toEqual([
      ['c1', 1],
      ['c2', 1],
    ])
    expect(await nearby({ event_ids: ['c2'] })).toEqual([['c2', 1]])
    expect(await nearby({ until: 0 })).toEqual([])
    expect(await engine.nearby(axis(1), 'another', 0.9, {})).toEqual([])
  })

  withEngine('compares a long text as a whole', async (engine) => {
    await told(engine)
    expect(await engine.vectorOf('c1', 'response', 's1')).toEqual(axis(0))
    expect([...(await engine.known('s1', null, [Buffer.from('axis 2')])).values()]).toEqual([axis(2)])
  })

  withEngine('finds no chunk of what was erased', async (engine) => {
    await told(engine)
    await engine.nearest(axis(2), 's1', 1, {})
    await eraseUser(engine, 'u1')
    expect((await engine.nearest(axis(2), 's1', 9, {})).hits.map(({ event_id }) => event_id)).toEqual(['c2'])
    expect(await engine.known('s1', null, [Buffer.from('axis 2')])).toEqual(new Map())
    expect(await engine.known('s1', null, [Buffer.from('axis 1')])).not.toEqual(new Map())
  })
}
