import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Call, createQueue, cut, type Job } from '../../src/encoder/queue.ts'

const call = (...texts: string[]): Call => ({ texts, order: texts.map((_, place) => place), next: 0 })
const bounds = { maxTexts: 4, maxChars: 40, maxCharsPerText: 20 }

it('holds no more texts or characters than its bounds, and in the end hands out every text once', () => {
  const texts = fc.array(fc.string({ maxLength: 30 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.boolean()), (all, coin) => {
      const queue = createQueue(bounds)
      const calls = all.map((one) => call(...one))
      const inHand: Job[] = []
      const seen = new Map(calls.map((one) => [one, [] as number[]]))
      for (const one of calls) queue.enter(one)
      for (;;) {
        const { texts, chars } = queue.held()
        expect(texts).toBeLessThanOrEqual(bounds.maxTexts)
        expect(chars).toBeLessThanOrEqual(bounds.maxChars)
        const job = coin.next().value ? queue.take() : undefined
        if (job !== undefined) inHand.push(job)
        else if (inHand.length > 0) {
          const done = inHand.shift() as Job
          seen.get(done.call)?.push(...done.places)
          queue.finish(done)
        } else if (texts === 0) break
      }
      for (const one of calls) expect(seen.get(one)).toEqual(one.order)
    }),
  )
})

it('lets a question go before work that has waited longer', () => {
  const queue = createQueue(bounds)
  const bulk = call('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
  queue.enter(bulk)
  const first = queue.take() as Job
  const question = call('?')
  queue.enter(question)
  queue.finish(first)
  expect(queue.take()?.call).toBe(question)
})

it('lets calls take turns', () => {
  const queue = createQueue({ ...bounds, maxTexts: 64, maxChars: 10_000 })
  const many = Array.from({ length: 100 }, () => 'text')
  const [one, other] = [call(...many), call(...many)]
  queue.enter(one)
  queue.enter(other)
  const order: Call[] = []
  for (let job = queue.take(); job !== undefined; job = queue.take()) {
    order.push(job.call)
    queue.finish(job)
  }
  expect(order.slice(0, 6)).toEqual([one, one, other, one, other, one])
})

it('frees the room of a call that was dropped', () => {
  const queue = createQueue(bounds)
  const [gone, next] = [call('a', 'b', 'c', 'd', 'e'), call('x', 'y')]
  queue.enter(gone)
  queue.enter(next)
  queue.drop(gone)
  expect(queue.take()?.call).toBe(next)
  expect(queue.take()).toBeUndefined()
})

it('offers a job that was put back before any other', () => {
  const queue = createQueue(bounds)
  const [first, second] = [call('a', 'b'), call('c', 'd')]
  queue.enter(first)
  queue.enter(second)
  const job = queue.take() as Job
  queue.putBack(job)
  expect(queue.take()).toBe(job)
})

it('cuts a text at its bound, but not through a character', () => {
  expect(cut('abcdef', 4)).toBe('abcd')
  expect(cut('abc\u{1f600}', 4)).toBe('abc')
  expect(cut('ab\u{1f600}', 4)).toBe('ab\u{1f600}')
})
