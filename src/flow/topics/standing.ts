import type { LogEvent } from '../../core/event.ts'
import type { Engine } from '../../core/ports.ts'
import { TOPIC, TOPIC_STATE, type Topic, type TopicState } from '../../core/topic.ts'
import { allRecords } from '../all-records.ts'
import { vectorIn } from '../clusters/vector-text.ts'
import { type Learnt, offTopic } from './topic.ts'

/** How far the prompt of an event is off the topic of its service, 0 to 1; null where that cannot be told. */
export type TopicJudge = (event: OfService, vector: Float32Array) => number | null

/** A name that no two pairs of tenant and service share. */
export const topicId = (tenant_id: string | null, service: string): string => JSON.stringify([tenant_id, service])

/** The topics that stand, all or those of some ids, by their id. */
export async function standingTopics(
  engine: Pick<Engine, 'records'>,
  ids?: readonly string[],
): Promise<Map<string, Topic>> {
  const records = ids?.length === 0 ? [] : await allRecords(engine, TOPIC, ids === undefined ? {} : { ids })
  return new Map(records.map(({ id, body }) => [id, body as unknown as Topic]))
}

/** How far the learning is; null before it began. */
export async function topicState(engine: Pick<Engine, 'records'>): Promise<TopicState | null> {
  const [record] = await engine.records(TOPIC_STATE, {}, { order: 'ts', limit: 1 })
  return record === undefined ? null : (record.body as unknown as TopicState)
}

/** Whose topic judges an event. */
type OfService = Pick<LogEvent, 'tenant_id' | 'service'>

/** Judges some events by the topics of one space that stand at this moment: those of their services alone are read. */
export async function topicJudge(
  engine: Pick<Engine, 'records'>,
  space: string,
  events: readonly OfService[],
): Promise<TopicJudge> {
  const ids = events.flatMap(({ tenant_id = null, service }) =>
    service === undefined ? [] : [topicId(tenant_id, service)],
  )
  return judgeBy(await standingTopics(engine, [...new Set(ids)]), space)
}

/** Judges whatever comes by the topics that were learnt in one round. */
export async function roundJudge(engine: Pick<Engine, 'records'>, space: string, round: number): Promise<TopicJudge> {
  const topics = await standingTopics(engine)
  for (const [id, topic] of topics) if (topic.round !== round) topics.delete(id)
  return judgeBy(topics, space)
}

function judgeBy(topics: ReadonlyMap<string, Topic>, space: string): TopicJudge {
  const read = new Map<string, Learnt>()
  return ({ tenant_id = null, service }, vector) => {
    if (service === undefined) return null
    const id = topicId(tenant_id, service)
    const topic = topics.get(id)
    if (topic === undefined || topic.space !== space) return null
    const known = read.get(id) ?? learntOf(topic, vector.length)
    read.set(id, known)
    return offTopic(known, vector)
  }
}

function learntOf({ means, near }: Topic, dims: number): Learnt {
  const values = vectorIn(means)
  const count = values.length / dims
  return {
    means: Array.from({ length: count }, (_, i) => values.subarray(i * dims, (i + 1) * dims)),
    near: vectorIn(near),
  }
}
