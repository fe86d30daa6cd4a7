import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { expect, it } from 'vitest'
import { LogEvent } from '../../src/core/event.ts'

const sample = readFileSync(join(import.meta.dirname, '../../data/samples/support-chat.jsonl'), 'utf8')

it('the sample log is small, and every line of it is a valid event', () => {
  expect(sample.length).toBeLessThan(200_000)
  const schema = Compile(LogEvent)
  const events = sample
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogEvent)
  expect(events.length).toBeGreaterThan(150)
  expect(events.filter((event) => !schema.Check(event))).toEqual([])
})
