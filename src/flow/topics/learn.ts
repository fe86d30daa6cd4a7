import type { Clock, Engine, Filter, MarkRow, Stage, StoredEvent } from '../../core/ports.ts'
import { OFF_TOPIC, TOPIC, TOPIC_STATE, type Topic, type TopicState } from '../../core/topic.ts'
import { DAY, formatTime, type Micros, parseTime } from '../../core/window.ts'
import { seeded } from '../../stats/seeded.ts'
import { vectorText } from '../clusters/vector-text.ts'
import { roundJudge, standingTopics, topicId, topicState } from './standing.ts'
import { type Asked, LEAST_PROMPTS, learnt } from './topic.ts'

export interface TopicParts {
  engine: Pick<
    Engine,
    'spaces' | 'tally' | 'events' | 'vectorsOf' | 'records' | 'putRecords' | 'claim' | 'settle' | 'waiting'
  >
  clock: Clock
}

/** The first prompts of a service, which it is learnt from, and the time that they span at least: an import of an hour or a first morning is no topic. */
const FIRST = 2_000
const LEAST_SPAN = 2 * DAY
/** Events that are read and marked at once, and how long they are leased. */
const PAGE = 256
const LEASE_MS = 60_000
const SEED = 20_260_115

const STATE = { kind: TOPIC_STATE, id: 'now' } as const

/**
 * Learns the topic of every service of every tenant that has been asked enough and has none yet, or has one of another
 * model, and marks its stored events by the concept of this version. What stands is not learnt anew from later prompts unless an admin has asked for it (show.ts).
 * May be cut off anywhere; the next run goes on.
 * @returns how many events were marked
 */
export async function learnTopics(parts: TopicParts, version: number, signal: AbortSignal): Promise<{ done: number }> {
  const { engine } = parts
  const space = (await engine.spaces()).find(({ state }) => state === 'active')?.space
  if (space === undefined) return { done: 0 }
  let state = (await topicState(engine)) ?? { round: 0, done: true, unknown: [] }
  if (state.done) {
    const round = state.round + 1
    const { any, unknown } = await learnNew(parts, space, round, signal)
    if (signal.aborted) return { done: 0 }
    state = any ? { round, done: false, unknown } : { ...state, unknown }
    await putState(parts, state)
  }
  return { done: state.done ? 0 : await markStored(parts, state, space, version, signal) }
}

/** Learns what can be learnt. Answers whether anything was, and what is not known yet, by tenant. */
async function learnNew(
  parts: TopicParts,
  space: string,
  round: number,
  signal: AbortSignal,
): Promise<{ any: boolean; unknown: TopicState['unknown'] }> {
  const { engine, clock } = parts
  const standing = await standingTopics(engine)
  // a run that was cut off may have learnt something
  let any = [...standing.values()].some((topic) => topic.round === round)
  const unknown = new Map<string | null, TopicState['unknown'][number]>()
  for (const { key, n } of await engine.tally(['tenant_id', 'service'], {})) {
    if (signal.aborted) break
    const [tenant_id = null, service = null] = key
    const topic =
      service === null ? null : await topicOf(parts, { tenant_id, service, space, round }, n, standing, signal)
    if (topic === null) {
      const sum = unknown.get(tenant_id) ?? { tenant_id, services: 0, events: 0 }
      unknown.set(tenant_id, { tenant_id, services: sum.services + (service === null ? 0 : 1), events: sum.events + n })
    } else if (topic.round === round) {
      const record = {
        kind: TOPIC,
        id: topicId(tenant_id, topic.service),
        ts: clock.now(),
        entity: null,
        tenant_id,
        rank: null,
      }
      await engine.putRecords([{ record: { ...record, body: { ...topic } }, expect: null }])
      any = true
    }
  }
  return { any, unknown: [...unknown.values()] }
}

/** Marks the events of what was learnt in this round, with a cursor of its own on the ledger. */
async function markStored(
  parts: TopicParts,
  state: TopicState,
  space: string,
  version: number,
  signal: AbortSignal,
): Promise<number> {
  const { engine } = parts
  const stage: Stage = `score:${OFF_TOPIC}/${state.round}`
  const judge = await roundJudge(engine, space, state.round)
  let done = 0
  while (!signal.aborted) {
    const ticket = await engine.claim(stage, PAGE, LEASE_MS)
    if (ticket === null) {
      // what others have in hand is not finished here
      if ((await engine.waiting(stage)) === 0) await putState(parts, { ...state, done: true })
      break
    }
    const vectors = await engine.vectorsOf(
      ticket.events.map(({ event }) => event.event_id),
      space,
    )
    const marks = ticket.events.flatMap(({ event, seq }): MarkRow[] => {
      const vector = vectors.get(event.event_id)?.prompt
      const p = vector === undefined ? null : judge(event, vector)
      return p === null ? [] : [{ seq, concept: OFF_TOPIC, version, p }]
    })
    if ((await engine.settle(ticket, { marks })) === 'settled') done += marks.length
  }
  return done
}

const putState = ({ engine, clock }: TopicParts, state: TopicState) =>
  engine.putRecords([
    {
      record: { ...STATE, ts: clock.now(), entity: null, tenant_id: null, rank: null, body: { ...state } },
      expect: null,
    },
  ])

/** The topic that stands, or one that is learnt from the first prompts; of another model's from the same ones. Null where there is not enough. */
async function topicOf(
  { engine, clock }: TopicParts,
  of: Pick<Topic, 'tenant_id' | 'service' | 'space' | 'round'>,
  events: number,
  standing: ReadonlyMap<string, Topic>,
  signal: AbortSignal,
): Promise<Topic | null> {
  const known = standing.get(topicId(of.tenant_id, of.service))
  const renewed = known?.relearning_from
  // what stands goes on until there is enough to learn from
  const stays = known?.space === of.space ? known : null
  if ((stays !== null && renewed === undefined) || events < LEAST_PROMPTS) return stays
  const since = renewed ?? known?.since
  const most = (renewed === undefined ? known?.prompts : undefined) ?? FIRST
  const prompts: (Asked & { ts: number })[] = []
  for await (const page of pagesOf(engine, of, since === undefined ? null : parseTime(since))) {
    const vectors = await engine.vectorsOf(
      page.map(({ event }) => event.event_id),
      of.space,
    )
    for (const { event, ts } of page) {
      const vector = vectors.get(event.event_id)?.prompt
      if (vector !== undefined) prompts.push({ user_id: event.user_id ?? null, vector, ts })
    }
    if (signal.aborted) return stays
    if (prompts.length >= most) break
  }
  const [first, last] = [prompts[0]?.ts ?? 0, prompts.at(-1)?.ts ?? 0]
  if (last - first < LEAST_SPAN) return stays
  const made = await learnt(prompts, seeded(SEED), signal)
  if (made === null) return stays
  const dims = made.means[0]!.length
  const means = new Float32Array(made.means.length * dims)
  for (const [i, mean] of made.means.entries()) means.set(mean, i * dims)
  const times = { until: formatTime(last), learnt_at: formatTime(clock.now()) }
  return {
    ...of,
    means: vectorText(means),
    near: vectorText(made.near),
    prompts: prompts.length,
    ...times,
    ...(since === undefined ? {} : { since }),
  }
}

/** Events of a service from a time on, oldest first. */
async function* pagesOf(
  engine: Pick<Engine, 'events'>,
  { tenant_id, service }: Pick<Topic, 'tenant_id' | 'service'>,
  since: Micros | null,
): AsyncGenerator<StoredEvent[]> {
  const filter: Filter = { tenant_id: tenant_id ?? '', fields: { service }, ...(since === null ? {} : { since }) }
  for (let after: Parameters<Engine['events']>[1]['after']; ; ) {
    const { items, next } = await engine.events(filter, {
      limit: PAGE,
      oldest: true,
      ...(after === undefined ? {} : { after }),
    })
    if (items.length > 0) yield items
    if (next === null) return
    after = next
  }
}
