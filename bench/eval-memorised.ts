import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memorisedJob } from '../jobs/memorised.ts'
import type { RedactedEvent } from '../src/core/event.ts'
import type { Finding } from '../src/core/finding.ts'
import type { Engine } from '../src/core/ports.ts'
import { MINUTE, parseTime, SECOND } from '../src/core/window.ts'
import { connect } from '../src/engines/embedded/connection.ts'
import { openEmbedded } from '../src/engines/embedded/open.ts'
import { LEAST_WORDS } from '../src/flow/memorised/passage.ts'
import { wordsOf } from '../src/flow/memorised/words.ts'
import { seeded } from '../src/stats/seeded.ts'
import { groupsOf, isFound, PEERS } from './memorised-peers.ts'
import { chats, type Dress, type Exchange, eventOf, game, planted, sources } from './memorised-texts.ts'
import { type Share, shareOf } from './share.ts'
import type { Skipped } from './skipped.ts'
import { storeKey } from './store-key.ts'

/** A way of planting, and of the pairs planted so those found. */
interface PlantedRow {
  words: number
  dress: Dress | 'quoted from the prompt'
  found: Share
  peers: Record<keyof typeof PEERS, number>
}

/** What comes of ordinary answers: of those, nothing was planted. */
interface OrdinaryRow {
  set: string
  answers: number
  passages: number
  findings: number
  of_10000: Share
  /** Of these, answers that are long enough to hold a passage. */
  long: number
  peers: Record<keyof typeof PEERS, number>
  us_per_answer: number
  bytes_per_answer: number
  examples: { words: number; users: number; prompts: string[]; responses: string[] }[]
}

const SEED = 20_260_115
const PAIRS = 100
/** Ordinary answers beside the planted ones, so that two are not what everybody is told. */
const BESIDE = 100
const SHOWN = 50
const START = parseTime('2026-01-05T00:00:00Z')!
const AT_A_TIME = 1_000

const CELLS: { words: number; dress: Dress; isQuoted?: boolean }[] = [
  ...[20, 30, 38, 50, 80, 120, 200].map((words) => ({ words, dress: 'as it is' as const })),
  ...[38, 120].map((words) => ({ words, dress: 'in another dress' as const })),
  ...[60, 120].map((words) => ({ words, dress: 'one word changed' as const })),
  { words: 120, dress: 'as it is', isQuoted: true },
]

/** Which planted passages are found, by length, and what is found among ordinary answers. Skipped, aloud, without the folder. */
export async function evalMemorised(
  dataDir: string | undefined,
  { json }: { json: boolean },
): Promise<{ planted: PlantedRow[]; ordinary: OrdinaryRow[] } | Skipped> {
  const [into, from, log] = [chats(dataDir), sources(dataDir), game(dataDir)]
  if (into === null || from === null || log === null) {
    process.stderr.write('skipped: no chats; name the folder of the sets with --data\n')
    return { skipped: 'no data' }
  }
  const random = seeded(SEED)
  const rows: PlantedRow[] = []
  for (const { isQuoted = false, ...cell } of CELLS) {
    const pairs = Array.from({ length: PAIRS }, () => planted(from, into, { ...cell, isQuoted }, random))
    rows.push(await plantedRow(cell, isQuoted, pairs, into.slice(0, BESIDE)))
  }
  const ordinary = [await ordinaryRow('chats', into), await ordinaryRow('a game', log)]
  if (!json) process.stdout.write(`${tableOf(rows, ordinary)}\n`)
  return { planted: rows, ordinary }
}

async function plantedRow(
  { words, dress }: { words: number; dress: Dress },
  isQuoted: boolean,
  pairs: readonly [Exchange, Exchange][],
  beside: readonly Exchange[],
): Promise<PlantedRow> {
  const exchanges = pairs.flatMap(([one, other], i) => [
    { ...one, user: `a${i}` },
    { ...other, user: `b${i}` },
  ])
  return await withStore([...exchanges, ...beside], async ({ engine }) => {
    const told = (await findingsOf(engine)).map(({ evidence }) => new Set(evidence[0]!.event_ids))
    const found = pairs.filter((_, i) => told.some((ids) => ids.has(`e${2 * i}`) && ids.has(`e${2 * i + 1}`)))
    const peer = (name: keyof typeof PEERS) => pairs.filter(([one, other]) => isFound(name, one, other)).length
    const peers = { 'equal answers': peer('equal answers'), 'near copies': peer('near copies') }
    return { words, dress: isQuoted ? 'quoted from the prompt' : dress, found: shareOf(found.length, PAIRS), peers }
  })
}

async function ordinaryRow(set: string, exchanges: readonly Exchange[]): Promise<OrdinaryRow> {
  return await withStore(exchanges, async ({ engine, cpuUs, bytes }) => {
    const passages = (await engine.memorised()).filter(({ users }) => users > 1)
    const findings = (await findingsOf(engine)).length
    const examples = []
    for (const { passage, users } of passages.slice(0, SHOWN)) {
      const { items } = await engine.events({ fields: { memorised: passage } }, { limit: 3 })
      const [record] = await engine.records('memorised-passage', { ids: [passage] }, { order: 'ts', limit: 1 })
      const { words } = record!.body as { words: number }
      const texts = items.map(({ event }) => event)
      const [prompts, responses] = [texts.map(({ prompt = '' }) => prompt), texts.map(({ response = '' }) => response)]
      examples.push({ words, users, prompts, responses })
    }
    return {
      set,
      answers: exchanges.length,
      passages: passages.length,
      findings,
      of_10000: shareOf(findings, exchanges.length),
      long: exchanges.filter(({ response }) => wordsOf(response).hashes.length >= LEAST_WORDS).length,
      peers: {
        'equal answers': groupsOf('equal answers', exchanges),
        'near copies': groupsOf('near copies', exchanges),
      },
      us_per_answer: cpuUs / exchanges.length,
      bytes_per_answer: bytes / exchanges.length,
      examples,
    }
  })
}

/** Runs the job once over a store of its own, and measures what it took. */
async function withStore<T>(
  exchanges: readonly Exchange[],
  read: (of: { engine: Engine; cpuUs: number; bytes: number }) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'memorised-'))
  const end = START + exchanges.length * SECOND
  const clock = { now: () => end + MINUTE }
  const engine = await openEmbedded({ key: storeKey, dataDir, clock })
  try {
    const entries = exchanges.map((exchange, i) => {
      const ts = START + i * SECOND
      const event = eventOf(exchange, `e${i}`, ts)
      const body = { ...event, redaction: { version: '1', counts: {} } } as unknown as RedactedEvent
      return { kind: 'event' as const, event_id: event.event_id, ts, body }
    })
    for (let at = 0; at < entries.length; at += AT_A_TIME) await engine.append(entries.slice(at, at + AT_A_TIME))
    while ((await engine.tend(AT_A_TIME)) > 0);
    const run = () =>
      memorisedJob({ engine, clock, fingerprintKey: new Uint8Array(32).fill(3) }, new AbortController().signal)
    const before = process.cpuUsage()
    await run()
    const { user, system } = process.cpuUsage(before)
    // a run looks at ten passages for the first time
    for (let runs = 0; runs < PAIRS / 5; runs++) await run()
    const db = connect(dataDir, false, storeKey)
    const bytes = db
      .prepare<[], number>("select sum(pgsize) from dbstat where name like 'fingerprints%'")
      .pluck()
      .get()!
    db.close()
    return await read({ engine, cpuUs: user + system, bytes })
  } finally {
    await engine.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const findingsOf = async (engine: Engine): Promise<Finding[]> =>
  (await engine.records('finding', {}, { order: 'ts', limit: 1_000 })).map(({ body }) => body as unknown as Finding)

function tableOf(rows: readonly PlantedRow[], ordinary: readonly OrdinaryRow[]): string {
  const names = Object.keys(PEERS) as (keyof typeof PEERS)[]
  const percent = (share: number) => share.toFixed(2)
  const lines = [
    ['words', 'planted', 'found [95 %]', ...names],
    ['---', '---', '---', ...names.map(() => '---')],
    ...rows.map(({ words, dress, found, peers }) => [
      String(words),
      dress,
      `${percent(found.share)} [${percent(found.low)}, ${percent(found.high)}]`,
      ...names.map((name) => percent(peers[name] / PAIRS)),
    ]),
  ]
  const second = [
    [
      'ordinary',
      'answers',
      'long',
      'passages',
      'findings',
      'of 10,000 [95 %]',
      ...names,
      'CPU µs/answer',
      'bytes/answer',
    ],
    ['---', '---', '---', '---', '---', '---', ...names.map(() => '---'), '---', '---'],
    ...ordinary.map((row) => [
      row.set,
      String(row.answers),
      String(row.long),
      String(row.passages),
      String(row.findings),
      `${(10_000 * row.of_10000.share).toFixed(1)} [${(10_000 * row.of_10000.low).toFixed(1)}, ${(10_000 * row.of_10000.high).toFixed(1)}]`,
      ...names.map((name) => String(row.peers[name])),
      row.us_per_answer.toFixed(0),
      row.bytes_per_answer.toFixed(0),
    ]),
  ]
  return [lines, second].map((table) => table.map((line) => `| ${line.join(' | ')} |`).join('\n')).join('\n\n')
}
