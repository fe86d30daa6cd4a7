import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Engine } from '../../src/core/ports.ts'
import type { AskedSet, FoundAnswer } from '../../src/core/stored-search.ts'
import { HOUR, parseTime } from '../../src/core/window.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { labelInSearch } from '../../src/flow/searches/label.ts'
import { remembered } from '../../src/flow/searches/remember.ts'
import { changeSearch, shelvesOf } from '../../src/flow/searches/rows.ts'
import { storeKey } from '../store-key.ts'

let dataDir: string
let engine: Engine
let now = parseTime('2026-02-01T12:00:00Z')!
const clock = { now: () => now }
const redactor = { text: (text: string) => text }

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'uc-searches-'))
  engine = await openEmbedded({ key: storeKey, dataDir, clock })
})
afterAll(async () => {
  await engine.close()
  rmSync(dataDir, { recursive: true })
})

const set: AskedSet = {
  question: '',
  words: '',
  like: [],
  unlike: [],
  filter: {},
  concept: { name: 'refusal', called: 'refusal', version: 1 },
  space: 'space',
  threshold: 0.5,
  total: 10,
  expected: null,
}
const answer: Omit<FoundAnswer, 'set'> = {
  items: [],
  next_cursor: null,
  not_examined: 0,
  how: 'exact',
  complete: true,
}
let ids = 0
async function ask(question: string, total = 10) {
  now += HOUR
  const found: FoundAnswer = { ...answer, set: { ...set, question, total } }
  return await remembered({ engine, clock, redactor, newId: () => `id-${ids++}` }, found, {}, null)
}
const strata = [{ from: 0.5, size: 10, matched: true, probability: null }]
async function labelled(searchId: string) {
  const drawn = [{ event_id: 'e1', stratum: 0, score: 0.9, label: null }]
  await changeSearch(engine, null, searchId, now, (before) => ({ ...before, sample: { strata, drawn }, handed: 1 }))
  await labelInSearch({ engine, clock }, { search_id: searchId, event_id: 'e1', label: true }, null)
}
const labels = async (question: string, total = 10) => (await ask(question, total)).estimates?.labelled
/** Questions that have the same two shelves. */
function alike(n: number): string[] {
  const shelves = String(shelvesOf('question 0'))
  const found: string[] = []
  for (let i = 0; found.length < n; i++) if (String(shelvesOf(`question ${i}`)) === shelves) found.push(`question ${i}`)
  return found
}

it('what somebody labelled makes room for no other question, and for a later set of its own only where nothing else is left', async () => {
  const questions = alike(10)
  const [own, other, ...others] = questions as [string, string, ...string[]]
  for (const question of others) await labelled((await ask(question)).search_id!)
  // all eight places are taken by labels
  const refused = await ask(other)
  expect(refused).not.toHaveProperty('search_id')
  expect(refused.notices).toMatchObject([{ code: 'searches_full' }])
  for (const question of others) expect(await labels(question)).toBe(1)
  // a set that has grown takes the place of the former one of its question
  const [grown] = others as [string]
  const later = await ask(grown, 20)
  expect(later).toMatchObject({ estimates: { labelled: 0 } })
  for (const question of others.slice(1)) expect(await labels(question)).toBe(1)
  // and while it has no label itself, it makes room for others
  expect(await ask(own)).toHaveProperty('search_id')
  expect(await ask(other)).toHaveProperty('search_id')
  for (const question of others.slice(1)) expect(await labels(question)).toBe(1)
})
