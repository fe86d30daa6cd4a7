import { OFF_TOPIC } from '../src/core/topic.ts'
import type { ConceptSource } from '../src/flow/concepts/source.ts'
import { learnTopics, type TopicParts } from '../src/flow/topics/learn.ts'

/** Learns what services are asked about, once they have been asked enough, and marks their stored events. May be killed anywhere. */
export async function topicsJob(
  parts: TopicParts & { concepts: Pick<ConceptSource, 'builtIn'> },
  signal: AbortSignal,
): Promise<{ done: number }> {
  const concept = parts.concepts.builtIn.find(({ name }) => name === OFF_TOPIC)
  return concept === undefined ? { done: 0 } : await learnTopics(parts, concept.version, signal)
}
