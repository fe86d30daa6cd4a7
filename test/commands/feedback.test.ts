import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { SearchAnswer } from '../../src/core/search.ts'
import type { UncertainAnswer } from '../../src/core/stored-search.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'
import { aFolder, discard } from '../stories/served.ts'
import { told } from './told.ts'

const dataDir = aFolder()
const run = async (...args: string[]) => await told(...args, '--data-dir', dataDir)
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await run(...args, '--json')
  expect(code, err).toBe(0)
  return JSON.parse(out) as T
}
const isRefusal = (event_id: string) => Number(event_id.slice(1)) % 3 === 0

beforeAll(async () => {
  const house = await openHouse(readConfig({ data_dir: dataDir, log_level: 'silent' }, {}, dataDir))
  await house.engine.append(
    Array.from({ length: 30 }, (_, i) =>
      said(`f${i}`, {
        prompt: `request number ${i}`,
        response: isRefusal(`f${i}`) ? 'I am sorry, but I cannot help with that.' : 'Open Billing and choose Export.',
      }),
    ),
  )
  await house.writing().runJob('embed')
  await house.close()
})
afterAll(() => discard(dataDir))

it('a search is labelled from the command line, from its id to narrower estimates', async () => {
  const { err } = await run('search', 'all', 'refusals')
  const id = /feedback uncertain ([0-9a-f]{24})/.exec(err)?.[1] ?? ''
  expect((await json<SearchAnswer>('search', 'all', 'refusals')).search_id).toBe(id)
  const { items, left } = await json<UncertainAnswer>('feedback', 'uncertain', id, '-k', '2')
  expect([items.length, left]).toEqual([2, 30])
  const shown = await run('feedback', 'uncertain', id, '-k', '2')
  for (const { event_id, highlights } of items)
    expect(shown.out).toMatch(new RegExp(`${event_id} .*${highlights.telling?.text}`))
  expect(shown.err).toBe('30 of the sample without a label; no labels yet\n')
  for (const { event_id } of items) {
    const given = await run('feedback', 'give', id, event_id, isRefusal(event_id) ? 'yes' : 'no', '--note', 'plainly')
    expect(given.out).toMatch(/^counts; .* by \d labels?\nscheduled: /)
  }
  expect((await run('feedback', 'show', id)).out).toMatch(/^10 events of refusal, version \d+, from .* by 2 labels\n$/)
  expect((await run('search', 'all', 'refusals')).err).toContain('by 2 labels')
  expect(await json('feedback', 'withdraw', id, items[0]!.event_id)).toMatchObject({ withdrawn: true })
  expect(await json('feedback', 'show', id)).toMatchObject({ estimates: { labelled: 1 } })
  // what was done here is told as what is done by the interface
  const audit = await json<{ items: { action: string }[] }>('audit')
  expect(new Set(audit.items.map(({ action }) => action))).toEqual(
    new Set(['search', 'search.uncertain', 'feedback', 'feedback.withdraw']),
  )
})

it('refuses an answer that is none, another number of events, and a search that is not there', async () => {
  const none = '0'.repeat(24)
  expect(await run('feedback', 'give', none, 'f1', 'perhaps')).toMatchObject({ code: 2 })
  expect(await run('feedback', 'uncertain', none, '-k', '0')).toMatchObject({ code: 2 })
  for (const args of [
    ['uncertain', none],
    ['show', none],
    ['give', none, 'f1', 'yes'],
    ['withdraw', none, 'f1'],
  ])
    expect(await run('feedback', ...args)).toMatchObject({ code: 1, err: expect.stringContaining('no such search') })
})
