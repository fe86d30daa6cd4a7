import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clustersJob } from '../../jobs/clusters.ts'
import { embedJob } from '../../jobs/embed.ts'
import type { ClusterItem } from '../../src/core/cluster.ts'
import type { Encoder, Engine } from '../../src/core/ports.ts'
import { DAY, parseTime } from '../../src/core/window.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { labelOf, phrasesOf } from '../../src/flow/clusters/label.ts'
import { clusterItems, meaningMap } from '../../src/flow/clusters/map.ts'
import { eraseUser } from '../contracts/engine/erasing.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'

/** Ways to ask about one thing: [how to begin, what about, how to end]. */
const TOPICS = {
  refund: [
    ['how do I get', 'when will I see', 'I am still waiting for', 'please check'],
    ['the refund for my order', 'a refund of the shoes', 'my money back, the refund'],
    ['', 'since last week', 'to my card', 'thanks'],
  ],
  recipe: [
    ['give me a recipe for', 'how long do I bake', 'what goes into', 'I want to cook'],
    ['sourdough bread', 'a chocolate cake', 'vegetable lasagne in the oven'],
    ['', 'for six people', 'without eggs', 'step by step'],
  ],
  code: [
    ['write', 'debug', 'explain', 'shorten'],
    [
      'a python function that sorts a list',
      'this python function with a loop',
      'a python script that reads a csv file',
    ],
    ['', 'with tests', 'line by line', 'and add types'],
  ],
  travel: [
    ['find', 'which is the cheapest of', 'compare', 'book me'],
    ['flights from Lisbon to Oslo', 'a hotel near the airport in Oslo', 'train tickets and flights to Rome'],
    ['', 'next weekend', 'for two adults', 'with a window seat'],
  ],
} as const

/** Every way of asking about it, `from` the first of so many users on. */
function asked(topic: keyof typeof TOPICS, id: string, users: number, tenant_id?: string) {
  const [begin, about, end] = TOPICS[topic]
  return begin.flatMap((a, i) =>
    about.flatMap((b, j) =>
      end.map((c, k) => {
        const n = 12 * i + 4 * j + k
        const whose = tenant_id === undefined ? {} : { tenant_id }
        return said(`${id}${n}`, {
          prompt: `${a} ${b} ${c}`.trim(),
          user_id: `${id}u${(i + 3 * j + 5 * k) % users}`,
          ...whose,
        })
      }),
    ),
  )
}

let now = parseTime('2026-01-14T02:00:00Z')!
const clock = { now: () => now }
const { signal } = new AbortController()
let dir: string
let engine: Engine
let encoder: Encoder
const items = (filter = {}): Promise<ClusterItem[]> => clusterItems({ engine, clock }, filter)

async function night() {
  now += DAY
  await embedJob({ engine, encoder, concepts: [], contentKey: new Uint8Array(32) } as never, signal)
  return await clustersJob({ engine, clock }, signal)
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'clusters-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  encoder = await createEncoder({ modelsDir: join(import.meta.dirname, '../../models'), model: 'static-logs-en-256' })
})

afterAll(async () => {
  await encoder?.close()
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Topic of the ids that a cluster has. */
async function topicsOf(cluster: string): Promise<string[]> {
  const found = await engine.events({ fields: { cluster } }, { limit: 500 })
  return [...new Set(found.items.map(({ event }) => event.event_id.replace(/\d+$/, '')))]
}

it('finds what is asked, tells it in words that several users say, and shows it on a map', async () => {
  await engine.append([
    ...asked('refund', 'refund', 12),
    ...asked('recipe', 'recipe', 12),
    ...asked('code', 'code', 12),
  ])
  expect(await night()).toEqual({ done: 144 })
  const found = await items()
  expect(found.length).toBeGreaterThanOrEqual(3)
  for (const { cluster_id } of found) expect(await topicsOf(cluster_id)).toHaveLength(1)
  expect(found.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(0.8 * 144)
  expect(found.every((one) => one.new && one.first_seen !== null)).toBe(true)
  const labels = found.flatMap(({ label }) => label ?? [])
  for (const word of ['refund', 'python']) expect(labels.some((label) => label.includes(word))).toBe(true)

  const map = await meaningMap({ engine, clock }, {}, 100)
  expect(map).toMatchObject({ total: 144, sampled: true, k_anonymity: 5 })
  expect(map.points.length).toBeGreaterThanOrEqual(70)
  expect(map.clusters.map(({ cluster_id }) => cluster_id)).toEqual(found.map(({ cluster_id }) => cluster_id))
  const topic = (id: string) => id.replace(/\d+$/, '')
  const right = map.points.filter((point) => {
    const others = map.points.filter((other) => other !== point)
    const far = (other: typeof point) => Math.hypot(other.x - point.x, other.y - point.y)
    return topic(others.reduce((a, b) => (far(b) < far(a) ? b : a)).event_id) === topic(point.event_id)
  })
  expect(right.length / map.points.length).toBeGreaterThan(0.9)
})

it('keeps ids, tells what is new tonight, and puts more of the same where it belongs', async () => {
  const before = (await items()).map(({ cluster_id }) => cluster_id)
  await engine.append([...asked('travel', 'travel', 12), ...asked('recipe', 'more', 6).slice(0, 12)])
  await night()
  const found = await items()
  const fresh = found.filter((one) => one.new)
  expect(
    found
      .filter((one) => !one.new)
      .map(({ cluster_id }) => cluster_id)
      .sort(),
  ).toEqual(before.sort())
  expect(fresh.length).toBeGreaterThan(0)
  for (const { cluster_id } of fresh) expect(await topicsOf(cluster_id)).toEqual(['travel'])
  const more = await engine.clusters({ event_ids: Array.from({ length: 12 }, (_, n) => `more${n}`) })
  expect(
    more.filter(({ cluster_id }) => before.includes(cluster_id!)).reduce((sum, { n }) => sum + n, 0),
  ).toBeGreaterThan(8)
  // nothing new: nothing changes
  await night()
  expect((await items()).map(({ cluster_id, label }) => [cluster_id, label])).toEqual(
    found.map(({ cluster_id, label }) => [cluster_id, label]),
  )
})

it('quotes nobody whom few others resemble, and forgets who was erased', async () => {
  await engine.append(asked('code', 'private', 2, 'acme'))
  await night()
  const own = await items({ tenant_id: 'acme' })
  expect(own.length).toBeGreaterThan(0)
  expect(own.every(({ label, users }) => users === 2 && label === null)).toBe(true)
  expect((await items({ tenant_id: '' })).some(({ tenant_id }) => tenant_id === 'acme')).toBe(false)
  const [largest] = own
  await eraseUser(engine, 'privateu0')
  const after = (await items({ tenant_id: 'acme' })).find(({ cluster_id }) => cluster_id === largest!.cluster_id)
  expect(after?.users ?? 0).toBeLessThan(2)
  const map = await meaningMap({ engine, clock }, { tenant_id: 'acme' }, 1000)
  const held = await engine.events({ tenant_id: 'acme' }, { limit: 100 })
  expect(map.points.map(({ event_id }) => event_id).sort()).toEqual(
    held.items.map(({ event }) => event.event_id).sort(),
  )
})

it('counts figures by cluster', async () => {
  const { rows } = await engine.summarise(['cluster'], { tenant_id: '' }, 100)
  const counts = (await items({ tenant_id: '' })).map(({ cluster_id, events }) => [cluster_id, events])
  expect(rows.filter(({ key }) => key[0] !== null).map(({ key, n }) => [key[0], n])).toEqual(
    expect.arrayContaining(counts),
  )
})

it('makes labels of what users share, never of numbers, placeholders or one loud user', () => {
  const loud = Array.from({ length: 50 }, () => ({ user_id: 'loud', text: 'my secret project zanzibar' }))
  const many = Array.from({ length: 6 }, (_, n) => ({
    user_id: `u${n}`,
    text: `reset my password for [EMAIL:0123456789abcdef] order 4711${n}`,
  }))
  const own = phrasesOf([...loud, ...many])
  const label = labelOf(own, own)
  expect(label).toContain('reset my password')
  expect(label!.join(' ')).not.toMatch(/zanzibar|email|\d/)
  expect(labelOf(phrasesOf(many.slice(0, 4)), own)).toBeNull()
})
