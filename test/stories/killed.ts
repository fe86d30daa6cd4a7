import { copyFileSync, cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Connection, connect } from '../../src/engines/embedded/connection.ts'
import { commit } from '../../src/ledger/leaf.ts'
import { grow, leafHash, rootOf } from '../../src/ledger/tree.ts'
import { createSearch } from './canaries.ts'
import { aFolder, aKey, child, cli, discard, keyOf, type Served, served } from './served.ts'

const event = (id: string, user: string) => ({
  event_id: id,
  timestamp: new Date(Date.UTC(2026, 0, 5) + (Number(id.slice(1)) % 500_000) * 1000).toISOString(),
  event_type: 'llm.completion',
  user_id: user,
  model: 'm',
  prompt: `question ${id} about ${Number(id.slice(1)) % 37} invoices`,
  response: Number(id.slice(1)) % 9 === 0 ? 'I am sorry, but I cannot help with that.' : `answer ${id}`,
  tokens_output: 10 + (Number(id.slice(1)) % 90),
  latency_ms: 500,
})

/** Kills the service while it takes events in; every acknowledged event must be there, once. */
export async function killedInIngest(rounds: number, random: () => number) {
  const dataDir = aFolder()
  const key = aKey(dataDir, 'admin')
  const acknowledged = new Set<string>()
  let n = 0
  const write = async (service: Served, user: string) => {
    for (;;) {
      const batch = Array.from({ length: 25 }, () => event(`d${n++}`, user))
      try {
        const answer = await service.call('POST', '/v1/events', batch)
        if (answer.status === 202) for (const one of batch) acknowledged.add(one.event_id)
      } catch {
        return
      }
    }
  }
  try {
    for (let round = 0; round < rounds; round++) {
      const service = await served(dataDir, key)
      const writers = [write(service, 'u1'), write(service, 'u2'), write(service, 'u3')]
      const before = acknowledged.size
      while (acknowledged.size < before + 100) await pause(5)
      await pause(random() * 700)
      await service.kill('SIGKILL')
      await Promise.all(writers)
    }
    const house = await openRead(dataDir)
    try {
      const stored: string[] = []
      let page = await house.engine.events({}, { limit: 5000 })
      for (;;) {
        stored.push(...page.items.map((item) => item.event.event_id))
        if (page.next === null) break
        page = await house.engine.events({}, { limit: 5000, after: page.next })
      }
      const once = new Set(stored)
      expect(once.size).toBe(stored.length)
      expect([...acknowledged].filter((id) => !once.has(id))).toEqual([])
      const head = await house.engine.head()
      // besides, that a key was made
      expect(head.size - (await house.engine.others('audit', {}, { limit: 10 })).length).toBe(stored.length)
    } finally {
      await house.close()
    }
  } finally {
    discard(dataDir)
  }
}

/**
 * Kills each job again and again until it gets through, and compares what is left with a store where nothing was
 * killed: roll-ups, marks, scores and findings must be the same, and so must every answer of the index.
 */
export async function killedInJobs(
  rounds: number,
  random: () => number,
  events: number,
  jobs: readonly string[] = ['embed', 'baseline', 'detect', 'digest', 'checkpoint'],
) {
  const [torn, whole] = [aFolder(), aFolder()]
  const lines = Array.from({ length: events }, (_, i) => JSON.stringify(event(`k${i}`, `u${i % 7}`))).join('\n')
  try {
    for (const dataDir of [torn, whole]) expect(cli(dataDir, ['import', '-'], lines).code).toBe(0)
    let killed = 0
    for (const job of jobs) {
      const { started_at, ended_at } = JSON.parse(cli(whole, ['job', 'run', job, '--json']).out) as Run
      const durationMs = Date.parse(ended_at) - Date.parse(started_at)
      for (let round = 0; round < rounds; round++) {
        // leases of the killed run out by themselves; here the clock of the next run is later
        expire(torn)
        const before = holder(torn, job)
        const run = child(torn, ['job', 'run', job])
        while (holder(torn, job) === before && run.process.exitCode === null) await pause(5)
        await pause(random() * 0.8 * durationMs)
        run.process.kill('SIGKILL')
        if ((await run.ended) === null) killed++
      }
      expire(torn)
      const { outcome } = JSON.parse(cli(torn, ['job', 'run', job, '--json']).out) as Run
      expect(outcome).toBe('done')
    }
    // a kill after the end of a job proves nothing; a checkpoint is over before one can come
    expect(killed).toBeGreaterThan(0)
    expect(await outcome(torn)).toEqual(await outcome(whole))
  } finally {
    discard(torn)
    discard(whole)
  }
}

/**
 * Kills the command that applies new rules to what is stored, again and again, then lets it through: what is left must be
 * what one run leaves, every leaf must follow from the row that it seals, and no file may hold what the rules find.
 * @param beside runs the service on the same data meanwhile, with its jobs
 */
export async function killedInAmendments(rounds: number, random: () => number, events: number, beside: boolean) {
  const [torn, whole] = [aFolder(), aFolder()]
  const policy = join(torn, '..', 'redaction.yaml')
  const ticket = (i: number) => `TCK-${String(100_000 + i)}`
  const given = Array.from({ length: events }, (_, i) => ({
    ...event(`k${i}`, `mallory${i % 7}`),
    ...(i % 2 === 0
      ? { prompt: `what became of number ${ticket(i)}?`, attributes: { note: `number ${ticket(i)}` } }
      : {}),
  }))
  const lines = given.map((one) => JSON.stringify(one)).join('\n')
  const traces = createSearch([
    { kind: 'ticket', needles: ['number TCK-1'] },
    { kind: 'user', needles: ['mallory'] },
  ])
  const command = ['redact-stored', '--apply', '--json', '--redaction-file', policy]
  const jobs = ['embed', 'baseline', 'detect']
  let service: Served | null = null
  try {
    const key = aKey(torn, 'admin')
    expect(cli(torn, ['import', '-'], lines).code).toBe(0)
    for (const job of [...jobs, 'digest']) expect(cli(torn, ['job', 'run', job]).code).toBe(0)
    expect(traces.under(torn, keyOf(torn))).toHaveLength(2)
    cpSync(torn, whole, { recursive: true })
    copyFileSync(`${torn}.key`, `${whole}.key`)
    writeFileSync(policy, "user_id: pseudonymise\nrules: [{ name: ticket, type: TICKET, pattern: 'TCK-\\d{6}' }]\n")
    const { ms } = timed(() => expect(cli(whole, command).code).toBe(0))

    if (beside) service = await served(torn, key, ['--redaction-file', policy])
    let amended = 0
    let midway = 0
    for (let round = 0; round < rounds; round++) {
      const run = child(torn, command)
      // until it has amended more than the one before
      while (amendmentsOf(torn) <= amended && run.process.exitCode === null) await pause(5)
      await pause(random() * 0.05 * ms)
      run.process.kill('SIGKILL')
      await run.ended
      amended = amendmentsOf(torn)
      if (amended > 0 && amended < events) midway++
    }
    expect(midway).toBeGreaterThan(0)
    expire(torn)
    expect(cli(torn, command).code).toBe(0)
    expect(traces.under(torn, keyOf(torn))).toEqual([])
    await service?.kill()
    service = null
    expect(traces.under(torn, keyOf(torn))).toEqual([])
    expect(amendmentsOf(torn)).toBe(events)

    expire(torn)
    for (const dataDir of [torn, whole])
      for (const job of jobs) expect(cli(dataDir, ['job', 'run', job, '--redaction-file', policy]).code).toBe(0)
    expect(traces.under(torn, keyOf(torn))).toEqual([])
    expect(await outcome(torn)).toEqual(await outcome(whole))
    expect(await textsOf(torn)).toEqual(await textsOf(whole))
    await checkLedger(torn)
  } finally {
    await service?.kill('SIGKILL')
    discard(torn)
    discard(whole)
  }
}

function timed(work: () => void): { ms: number } {
  const began = performance.now()
  work()
  return { ms: performance.now() - began }
}

const amendmentsOf = (dataDir: string): number =>
  inside(dataDir, (db) => Number(db.prepare("select count(*) from leaves where kind = 'amendment'").pluck().get()))

/** Every event as it stands, by id; of a change of policy not when the start was that found it. */
async function textsOf(dataDir: string) {
  const house = await openRead(dataDir)
  try {
    const { items } = await house.engine.events({}, { limit: 100_000 })
    return Object.fromEntries(
      items.map(({ event }) => [
        event.event_id,
        event.event_type === 'admin.change' ? { ...event, timestamp: null } : event,
      ]),
    )
  } finally {
    await house.close()
  }
}

/** The root is that of the leaves, and each row is what its leaf has sealed. */
async function checkLedger(dataDir: string) {
  const house = await openRead(dataDir)
  try {
    const { size, root } = await house.engine.head()
    const leaves = await house.engine.leaves(0, size)
    expect(Buffer.from(rootOf(grow(0, [], leaves.map(leafHash)).frontier))).toEqual(Buffer.from(root))
    for (const { salt, body, commitment, state } of await house.engine.sealed(0, size))
      if (state === 'held') expect(Buffer.from(commit(salt!, body!)).equals(commitment)).toBe(true)
      else expect(state).toBe('amended')
  } finally {
    await house.close()
  }
}

export async function openRead(dataDir: string) {
  const { openHouse } = await import('../../src/roof/local-house.ts')
  const { readConfig } = await import('../../src/config.ts')
  return openHouse(readConfig({ data_dir: dataDir }, {}))
}

interface Run {
  started_at: string
  ended_at: string
  outcome: string
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function inside<T>(dataDir: string, ask: (db: Connection) => T): T {
  const db = connect(dataDir, true, keyOf(dataDir))
  try {
    return ask(db)
  } finally {
    db.close()
  }
}

/** Who runs a job, as the store has it. */
function holder(dataDir: string, job: string): unknown {
  const read = "select body ->> '$.holder' from records where kind = 'job' and id = ?"
  return inside(dataDir, (db) => db.prepare(read).pluck().get(job) ?? null)
}

/** Ends every lease in the store, as time would. */
function expire(dataDir: string) {
  inside(dataDir, (db) =>
    db.exec(`update claims set lease_until = 0; update slots set lease_until = 0;
      update records set body = json_set(body, '$.lease_until', '1970-01-01T00:00:00.000000Z')
      where kind = 'job' and body ->> '$.holder' is not null`),
  )
}

/** Each run of a command is an entry of the audit, so that what is sealed behind it stands elsewhere. */
const PLACE = ['seq']

async function outcome(dataDir: string) {
  const house = await openRead(dataDir)
  try {
    const { engine } = house
    const space = (await engine.spaces())[0]!.space
    const all = { order: 'rank', limit: 1000 } as const
    const bodies = async (kind: string) =>
      (await engine.records(kind, {}, all)).map(({ id, body }) => ({
        id,
        body: without(body, ['created_at', 'updated_at', 'at']),
      }))
    const q = (await engine.vectorOf('k0', 'prompt', space))!
    return {
      vectors: (await engine.index()).stored,
      hourly: await engine.rollups({ period: 3600 }),
      fast: await engine.rollups({ period: 300 }),
      marks: without(await engine.marked('refusal', 1, 0, {}, { limit: 1000 }), PLACE),
      scores: await bodies('score'),
      findings: await bodies('finding'),
      nearest: without((await engine.nearest(q, space, 50, {})).hits, PLACE),
      // who ran the jobs, and how often, is told as well
      head: (await engine.head()).size - (await engine.others('audit', {}, { limit: 100_000 })).length,
    }
  } finally {
    await house.close()
  }
}

/** Times of writing differ between two stores; everything else may not. */
function without(body: unknown, names: readonly string[]): unknown {
  return JSON.parse(JSON.stringify(body, (name, value) => (names.includes(name) ? undefined : value)))
}
