import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { embedJob } from '../../jobs/embed.ts'
import type { Encoder, Engine } from '../../src/core/ports.ts'
import { parseTime } from '../../src/core/window.ts'
import { createEncoder } from '../../src/encoder/pool.ts'
import { openEmbedded } from '../../src/engines/embedded/open.ts'
import { affectedBy } from '../../src/flow/affected.ts'
import { said } from '../contracts/engine/said.ts'
import { storeKey } from '../store-key.ts'

const clock = { now: () => parseTime('2026-01-14T12:00:00Z')! }
const redactor = { identifier: (_: string, value: string) => value.replace('raw-', '') }
const result = { rows: ['the whole list of customers and their debts'] }
const poisoned = { id: 'doc_7', content: 'a document with a sentence that tells the model what to do' }

let dir: string
let engine: Engine
let encoder: Encoder

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'affected-'))
  engine = await openEmbedded({ key: storeKey, dataDir: dir, clock })
  encoder = await createEncoder({ modelsDir: join(import.meta.dirname, '../../models'), model: 'static-logs-en-256' })
  await engine.append([
    said('e1', {
      user_id: 'ann',
      session_id: 's1',
      prompt: 'Which customers owe us money this quarter?',
      rag_documents: [poisoned],
      tools_called: [{ name: 'debts', result }],
      prompt_template: { name: 'sales', version: '3' },
    }),
    said('e2', { user_id: 'bob', session_id: 's2', prompt: 'Write a poem', rag_documents: [{ id: 'doc_7' }] }),
    said('e3', { user_id: 'cleo', session_id: 's3', prompt: 'Sum it up', tools_called: [{ name: 'other', result }] }),
    said('e4', { user_id: 'dan', session_id: 's4', prompt: 'which customers owe us money this  quarter?' }),
    said('e5', { user_id: 'eve', session_id: 's5', prompt: 'Hi', prompt_template: { name: 'sales', version: '2' } }),
    said('e6', {
      user_id: 'fay',
      prompt: 'Hi',
      prompt_template: { name: 'sales', version: '3' },
      event_type: 'agent.run',
    }),
    said('e7', { user_id: 'gil', tenant_id: 'acme', prompt: 'Hi', rag_documents: [{ id: 'doc_7' }] }),
  ])
  await embedJob({ engine, encoder, concepts: [], contentKey: new Uint8Array(32) }, new AbortController().signal)
})

afterAll(async () => {
  await encoder?.close()
  await engine?.close()
  rmSync(dir, { recursive: true, force: true })
})

it('tells whom a document, a tool result, a template and a prompt reached', async () => {
  const answer = await affectedBy({ engine, redactor }, 'raw-e1')
  expect(answer.event_id).toBe('e1')
  expect(answer.complete).toBe(true)
  const users = answer.shared.map(({ by, users }) => [by, users.toSorted()])
  expect(users).toEqual([
    ['document', ['ann', 'bob', 'gil']],
    ['document', ['ann']],
    ['tool_result', ['ann', 'cleo']],
    ['template', ['ann', 'fay']],
    ['prompt', ['ann', 'dan']],
    ['prompt', ['ann', 'dan']],
  ])
  expect(answer.shared[0]).toMatchObject({ key: 'doc_7', events: 3, sessions: ['s2', 's1'], sessions_total: 2 })
  expect(answer.shared[0]!.first_seen).toBe('2026-01-05T00:00:01.000000Z')
  expect(answer.shared[0]!.last_seen).toBe('2026-01-05T00:00:07.000000Z')
  expect(answer.shared[3]).toMatchObject({ key: 'sales@3', answers: ['e1'], answers_total: 1 })
  expect(answer.total).toMatchObject({ events: 6, users_total: 6, answers_total: 5 })
})

it('names contents by keyed hashes, and quotes none', async () => {
  const answer = await affectedBy({ engine, redactor }, 'e1')
  expect(answer.shared[2]!.key).toMatch(/^[0-9a-f]{32}$/)
  expect(JSON.stringify(answer)).not.toMatch(/debts|sentence|quarter/)
})

it('keeps to a tenant, to which events of others do not exist', async () => {
  const answer = await affectedBy({ engine, redactor }, 'e7', 'acme')
  expect(answer.shared.map(({ by, users }) => [by, users])[0]).toEqual(['document', ['gil']])
  await expect(affectedBy({ engine, redactor }, 'e1', 'acme')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(affectedBy({ engine, redactor }, 'nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
