import type { LogEvent } from '../../core/event.ts'
import type { Engine } from '../../core/ports.ts'
import { TOPIC, TOPIC_STATE, type Topic, type TopicState } from '../../core/topic.ts'
import { allRecords } from '../all-records.ts'
import { vectorIn } from '../clusters/vector-text.ts'
import { type Learnt, offTopic } from './topic.ts'

/** How far the prompt of an event is off the topic of its service, 0 to 1; null where that cannot be told. */
export type TopicJudge = (event: Pick<LogEvent, 'tenant_id' | 'service'>, vector: Float32Array) => number | null

/** A name that no two pairs of tenant and service share. */
export const topicId = (tenant_id: string | null, service: string): string => JSON.stringify([tenant_id, service])

/** The topics that stand, by their id. */
export async function standingTopics(engine: Pick<Engine, 'records'>): Promise<Map<string, Topic>> {
  const records = await allRecords(engine, TOPIC)
  return new Map(records.map(({ id, body }) => [id, body as unknown as Topic]))
}

/** How far the learning is; null before it began. */
export async function topicState(engine: Pick<Engine, 'records'>): Promise<TopicState | null> {
  const [record] = await engine.records(TOPIC_STATE, {}, { order: 'ts', limit: 1 })
  return record === undefined ? null : (record.body as unknown as TopicState)
}

/** Judges by the topics of one space that stand at this moment; where it is told, only by those of one round. */
export async function topicJudge(engine: Pick<Engine, 'records'>, space: string, round?: number): Promise<TopicJudge> {
  const topics = await standingTopics(engine)
  const read = new Map<string, Learnt>()
  return ({ tenant_id = null, service }, vector) => {
    if (service === undefined) return null
    const id = topicId(tenant_id, service)
    const topic = topics.get(id)
    if (topic === undefined || topic.space !== space || topic.round !== (round ?? topic.round)) return null
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
