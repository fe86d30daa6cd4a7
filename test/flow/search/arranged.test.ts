import { expect, it } from 'vitest'
import { signatureOf } from '../../../src/core/signature.ts'
import { diversified } from '../../../src/flow/search/diversity.ts'
import { folded } from '../../../src/flow/search/fold.ts'
import type { Found } from '../../../src/flow/search/items.ts'
import { cpuMs } from '../../cpu-time.ts'

const found = (event_id: string, score: number): Found => ({ event_id, ts: 0, score, matched: 'semantic' })
const signed = (prompt: string, response = '') => ({ prompt: signatureOf(prompt), response: signatureOf(response) })

it('an event joins the first before it that it is a near copy of, in both texts', () => {
  const list = ['a', 'b', 'c', 'd', 'e'].map((id, i) => found(id, 1 - i / 10))
  const signatures = new Map([
    ['a', signed('the same question', 'one answer')],
    ['b', signed('another question', 'one answer')],
    ['c', signed('the same question', 'one answer')],
    ['d', signed('the same question', 'quite a different reply')],
    ['e', signed('', '')],
  ])
  const lines = (part?: 'prompt' | 'response') =>
    folded(list, signatures, part).map(({ copies }) => copies.map(({ event_id }) => event_id).join(''))
  expect(lines()).toEqual(['ac', 'b', 'd', 'e'])
  expect(lines('prompt')).toEqual(['acd', 'b', 'e'])
  expect(lines('response')).toEqual(['abc', 'd', 'e'])
})

it('folds ten thousand events in little time, also where all are alike and where none are', () => {
  const list = Array.from({ length: 10_000 }, (_, i) => found(`e${i}`, 1))
  const one = signed('one and the same')
  const alike = new Map(list.map(({ event_id }) => [event_id, one]))
  const unlike = new Map(list.map(({ event_id }, i) => [event_id, signed(`w${i} x${i * 3} y${i * 7}`)]))
  const took = cpuMs(() => {
    expect(folded(list, alike, undefined)).toHaveLength(1)
    expect(folded(list, unlike, undefined).length).toBeGreaterThan(9_990)
  })
  expect(took).toBeLessThan(5_000)
})

it('difference comes before likeness as far as it is asked for', () => {
  const list = [found('a', 1), found('b', 0.9), found('c', 0.5)]
  const meanings = new Map([
    ['a', { prompt: Float32Array.of(1, 0) }],
    ['b', { prompt: Float32Array.of(1, 0) }],
    ['c', { prompt: Float32Array.of(0, 1) }],
  ])
  const order = (diversity: number) => diversified(list, meanings, diversity).map(({ event_id }) => event_id)
  expect(order(0)).toEqual(['a', 'b', 'c'])
  expect(order(0.5)).toEqual(['a', 'c', 'b'])
  expect(order(1)).toEqual(['a', 'c', 'b'])
})
