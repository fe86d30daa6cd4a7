import { expect, it } from 'vitest'
import type { LogEvent, RedactedEvent } from '../../src/core/event.ts'
import type { Entry } from '../../src/core/ports.ts'
import { Problem } from '../../src/core/problem.ts'
import { uuidv7 } from '../../src/flow/event-id.ts'
import { groupCommit } from '../../src/flow/group-commit.ts'
import { type BodyKind, ingest } from '../../src/flow/ingest.ts'

const line = (id: string, more: object = {}) => ({
  event_id: id,
  timestamp: '2026-01-15T10:30:45Z',
  event_type: 'x',
  ...more,
})

function parts() {
  const stored: Entry[] = []
  return {
    stored,
    append: async (batch: readonly Entry[]) => {
      stored.push(...batch)
      return { duplicates: [] }
    },
    redactor: { event: (event: LogEvent) => ({ ...event, redaction: { version: '1', counts: {} } }) as RedactedEvent },
    newId: () => 'made',
  }
}
const send = (to: ReturnType<typeof parts>, body: unknown, kind: BodyKind = 'json', tenant: string | null = null) =>
  ingest(to, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), kind, { tenant_id: tenant })

it('takes one event, an array and lines alike', async () => {
  const to = parts()
  expect(await send(to, line('a'))).toEqual({ accepted: 1, duplicates: 0, rejected: [], redacted: {}, failed: 0 })
  expect(await send(to, [line('b'), line('c')])).toMatchObject({ accepted: 2 })
  expect(await send(to, `${JSON.stringify(line('d'))}\r\n\n${JSON.stringify(line('e'))}`, 'ndjson')).toMatchObject({
    accepted: 2,
  })
  expect(to.stored.map((entry) => entry.event_id)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

it('counts what was replaced, by type, and the fields that were closed', async () => {
  const redactor = {
    event: (event: LogEvent) =>
      ({ ...event, redaction: { version: '1', counts: { EMAIL: 2 }, failed: ['/prompt', '/system'] } }) as never,
  }
  const answer = await send({ ...parts(), redactor }, [line('a'), line('b')])
  expect(answer).toMatchObject({ redacted: { EMAIL: 4 }, failed: 4 })
})

it('keeps the good ones when others are bad, and says which and where', async () => {
  const to = parts()
  const body = `${JSON.stringify(line('a'))}\n{"broken\n${JSON.stringify(line('b', { tokens_input: 'many' }))}\n${JSON.stringify(line('c'))}\n`
  const answer = await send(to, body, 'ndjson')
  expect(answer).toMatchObject({
    accepted: 2,
    rejected: [
      { index: 1, path: '' },
      { index: 2, path: '/tokens_input' },
    ],
  })
  expect(JSON.stringify(answer)).not.toContain('broken')
  expect(to.stored.map((entry) => entry.event_id)).toEqual(['a', 'c'])
})

it('refuses a body that is no JSON as a whole, and one that is not UTF-8', async () => {
  await expect(send(parts(), '{')).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(ingest(parts(), Uint8Array.of(0x22, 0xff, 0x22), 'json', { tenant_id: null })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
})

it('stamps the tenant of the key, and lets nobody name another', async () => {
  const to = parts()
  const answer = await send(
    to,
    [line('a'), line('b', { tenant_id: 'other' }), line('c', { tenant_id: 'mine' })],
    'json',
    'mine',
  )
  expect(answer).toMatchObject({ accepted: 2, rejected: [{ index: 1, path: '/tenant_id' }] })
  expect(to.stored.map((entry) => (entry.body as RedactedEvent).tenant_id)).toEqual(['mine', 'mine'])
})

it('gathers the batches of many senders into one commit and tells each its own duplicates', async () => {
  const commits: number[] = []
  let call = () => {}
  const append = groupCommit(
    async (batch) => {
      commits.push(batch.length)
      return { duplicates: [1, 2] }
    },
    100,
    (later) => {
      call = later
    },
  )
  const entry = (id: string) => ({ kind: 'event', event_id: id, ts: 0, body: {} }) as Entry
  const answers = Promise.all([append([entry('a'), entry('b')]), append([entry('c')]), append([entry('d')])])
  call()
  expect(await answers).toEqual([{ duplicates: [1] }, { duplicates: [0] }, { duplicates: [] }])
  expect(commits).toEqual([4])
})

it('commits what comes with some events at the places that they have in the commit', async () => {
  let call = () => {}
  const commits: unknown[] = []
  const append = groupCommit(
    async (batch, primary) => {
      commits.push({ n: batch.length, primary })
      return { duplicates: [] }
    },
    100,
    (later) => {
      call = later
    },
  )
  const entry = (id: string) => ({ kind: 'event', event_id: id, ts: 0, body: {} }) as Entry
  const mark = (at: number) => ({ at, concept: 'refusal', version: 1, p: 0.5 })
  const answers = Promise.all([
    append([entry('a'), entry('b')]),
    append([entry('c'), entry('d')], { vectors: [], marks: [mark(1)] }),
    append([entry('e')], { vectors: [], marks: [mark(0)] }),
  ])
  call()
  await answers
  expect(commits).toEqual([{ n: 5, primary: { vectors: [], marks: [mark(3), mark(4)] } }])
})

it('commits at once when enough has gathered, and fails only who was in the failed commit', async () => {
  let full = true
  const append = groupCommit(
    async () => {
      if (full) throw new Error('disk full')
      return { duplicates: [] }
    },
    1,
    () => {},
  )
  const one = [{ kind: 'event', event_id: 'a', ts: 0, body: {} }] as Entry[]
  await expect(append(one)).rejects.toThrow('disk full')
  full = false
  await expect(append(one)).resolves.toEqual({ duplicates: [] })
})

it('keeps a batch that the store cannot take from failing its neighbours', async () => {
  let call = () => {}
  const stored: string[] = []
  const append = groupCommit(
    async (batch) => {
      if (batch.some(({ event_id }) => event_id === 'bad')) throw new TypeError('cannot be written')
      stored.push(...batch.map(({ event_id }) => event_id))
      return { duplicates: [] }
    },
    100,
    (later) => {
      call = later
    },
  )
  const entry = (id: string) => ({ kind: 'event', event_id: id, ts: 0, body: {} }) as Entry
  const answers = Promise.allSettled([append([entry('a')]), append([entry('bad')]), append([entry('b')])])
  call()
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(stored).toEqual(['a', 'b'])
})

it('tells everybody in a commit that the disk is full, and tries it once', async () => {
  let call = () => {}
  let tries = 0
  const append = groupCommit(
    async () => {
      tries++
      throw new Problem('DISK_FULL', 'full')
    },
    100,
    (later) => {
      call = later
    },
  )
  const entry = (id: string) => ({ kind: 'event', event_id: id, ts: 0, body: {} }) as Entry
  const answers = Promise.allSettled([append([entry('a')]), append([entry('b')])])
  call()
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(tries).toBe(1)
})

it('counts what it rejects beyond a thousand instead of telling it', async () => {
  const { rejected } = await send(parts(), `[${'0,'.repeat(5_000)}0]`)
  expect(rejected).toHaveLength(1_001)
  expect(rejected.at(-1)).toEqual({ index: 1_000, path: '', message: 'and 4000 more after this one' })
})

it('makes ids of version 7 that sort by time', () => {
  // the example of RFC 9562, appendix A.6
  const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex')
  expect(uuidv7(1_645_557_742_000, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  expect(uuidv7(1, random) < uuidv7(2, random)).toBe(true)
})
