import type { Clock, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { TOPIC, type Topic, type TopicItem } from '../../core/topic.ts'
import { formatTime } from '../../core/window.ts'
import { standingTopics, topicId } from './standing.ts'

/** The topics that somebody sees, by tenant and service. */
export async function listTopics(
  engine: Pick<Engine, 'records'>,
  { tenant_id }: { tenant_id?: string },
): Promise<TopicItem[]> {
  const topics = [...(await standingTopics(engine)).values()].map(itemOf)
  const seen = topics.filter((topic) => tenant_id === undefined || (topic.tenant_id ?? '') === tenant_id)
  return seen.sort((a, b) => (topicId(a.tenant_id, a.service) < topicId(b.tenant_id, b.service) ? -1 : 1))
}

/**
 * Has a service learnt anew from what it is asked from this moment on; until there is enough of that, what stands goes on.
 * Throws NOT_FOUND where it has no topic, CONFLICT where somebody else changed it in between.
 */
export async function relearnTopic(
  { engine, clock }: { engine: Pick<Engine, 'records' | 'putRecords'>; clock: Clock },
  { tenant_id, service }: { tenant_id?: string; service: string },
): Promise<TopicItem> {
  const id = topicId(tenant_id === '' ? null : (tenant_id ?? null), service)
  const [record] = await engine.records(TOPIC, { ids: [id] }, { order: 'ts', limit: 1 })
  if (record === undefined)
    throw new Problem('NOT_FOUND', 'there is no topic of this service; GET /v1/topics lists them, with their tenants')
  const topic = { ...(record.body as unknown as Topic), relearning_from: formatTime(clock.now()) }
  const { version, rev: _, ...row } = record
  const written = await engine.putRecords([{ record: { ...row, body: topic }, expect: version }])
  if (written === 'stale') throw new Problem('CONFLICT', 'the topic was changed meanwhile; ask again')
  return itemOf(topic)
}

const itemOf = ({ tenant_id, service, prompts, until, learnt_at, relearning_from }: Topic): TopicItem => ({
  tenant_id,
  service,
  prompts,
  until,
  learnt_at,
  relearning_from: relearning_from ?? null,
})
