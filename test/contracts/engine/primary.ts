import { expect, it } from 'vitest'
import type { Engine, Primary } from '../../../src/core/ports.ts'
import { handClock, type Opener } from './contract.ts'
import { said } from './said.ts'

const SPACE = { space: 's1', model: 'm', revision: 'r', dtype: 'q8', dims: 4, state: 'active' } as const

/** A unit vector of four numbers along one axis. */
const axis = (at: number) => Float32Array.from({ length: 4 }, (_, i) => (i === at ? 1 : 0))

/** What an event came with: its question along an axis, and one mark. */
const came = (at: number, along: number, p: number): Primary => ({
  vectors: [
    { at, part: 'prompt', space: 's1', tenant_id: null, content: Buffer.from(`axis ${along}`), vector: axis(along) },
  ],
  marks: [{ at, concept: 'refusal', version: 1, p }],
})

const withheld = (id: string) => said(id, { prompt: '', redaction: { withheld: { prompt: 'hash' } } })

/** What every engine promises of events whose text is not kept. */
export function primaryContract(name: string, open: Opener) {
  const withEngine = (title: string, body: (engine: Engine) => Promise<void>) =>
    it(`${name} ${title}`, async () => {
      const engine = await open(handClock())
      try {
        await body(engine)
      } finally {
        await engine.close()
      }
    })

  withEngine('keeps vectors and marks that come with their events, in the same commit', async (engine) => {
    await engine.putSpace(SPACE)
    const batch = [said('p0'), withheld('p1'), withheld('p2')]
    const [one, two] = [came(1, 0, 0.9), came(2, 1, 0.2)]
    await engine.append(batch, { vectors: [...one.vectors, ...two.vectors], marks: [...one.marks, ...two.marks] })
    expect(await engine.vectorOf('p1', 'prompt', 's1')).toEqual(axis(0))
    expect((await engine.nearest(axis(1), 's1', 1, {})).hits.map((hit) => hit.event_id)).toEqual(['p2'])
    expect((await engine.marked('refusal', 1, 0.5, {}, { limit: 9 })).items.map((mark) => mark.event_id)).toEqual([
      'p1',
    ])
    expect(await engine.vectorOf('p0', 'prompt', 's1')).toBeNull()
  })

  withEngine('takes no vectors of an event that it holds already', async (engine) => {
    await engine.putSpace(SPACE)
    await engine.append([withheld('p1')], came(0, 0, 0.9))
    expect(await engine.append([withheld('p1'), withheld('p2')], came(0, 1, 0.1))).toMatchObject({ duplicates: [0] })
    expect(await engine.vectorOf('p1', 'prompt', 's1')).toEqual(axis(0))
    expect(await engine.vectorOf('p2', 'prompt', 's1')).toBeNull()
    expect((await engine.marksOf(['p1'])).get('p1')).toEqual({ refusal: 0.9 })
  })

  withEngine('stores nothing of a batch whose vectors are of a space that it does not know', async (engine) => {
    await expect(engine.append([withheld('p1')], came(0, 0, 0.9))).rejects.toThrow('must be put before')
    expect((await engine.head()).size).toBe(0)
  })

  withEngine('says how many events another space, or version of a concept, knows nothing of', async (engine) => {
    await engine.putSpace(SPACE)
    await engine.append([withheld('p1')], came(0, 0, 0.9))
    await engine.append([withheld('p2'), said('p3')], came(0, 1, 0.1))
    expect(await engine.unexamined({ space: 's1' })).toBe(0)
    expect(await engine.unexamined({ space: 's2' })).toBe(2)
    expect(await engine.unexamined({ space: 's2' }, 'nobody')).toBe(0)
    expect(await engine.unexamined({ space: 's2', part: 'response' })).toBe(0)
    expect(await engine.unexamined({ concept: 'refusal', version: 1 })).toBe(0)
    expect(await engine.unexamined({ concept: 'refusal', version: 2, part: 'prompt' })).toBe(2)
    expect(await engine.unexamined({ concept: 'refusal', version: 2, part: 'response' })).toBe(0)
  })
}
