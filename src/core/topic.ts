import Type, { type Static } from 'typebox'

/**
 * What one service of a tenant is asked about, learnt from its first prompts and then kept as it is: whoever asks for
 * something else day after day does not move it.
 */
export interface Topic {
  tenant_id: string | null
  service: string
  /** Space of the means. */
  space: string
  /** Unit means of at least five prompts each, one after the other; base64 of 32-bit floats. */
  means: string
  /** Cosines of prompts that the means were not made of to the nearest mean, ascending; likewise. */
  near: string
  /** Prompts that it was learnt from. */
  prompts: number
  /** ISO 8601: time of the last of them, and when it was learnt. */
  until: string
  learnt_at: string
  /** Pass over stored events that marked those of before it. */
  round: number
  /** ISO 8601: it was learnt from prompts from then on; absent where from the first. */
  since?: string
  /** ISO 8601: it is to be learnt anew from prompts from then on; absent where it is not. */
  relearning_from?: string
}

/** A topic as it is shown. */
export const TopicItem = Type.Object({
  tenant_id: Type.Union([Type.String(), Type.Null()]),
  service: Type.String(),
  prompts: Type.Integer({ description: 'That it was learnt from.' }),
  until: Type.String({ description: 'ISO 8601: time of the last of them.' }),
  learnt_at: Type.String({ description: 'ISO 8601' }),
  relearning_from: Type.Union([Type.String(), Type.Null()], {
    description: 'ISO 8601: it is learnt anew from prompts from then on, once there are enough; null where it stays.',
  }),
})
export type TopicItem = Static<typeof TopicItem>

/** How far the learning is. */
export interface TopicState {
  /** The last pass over stored events, and whether it is through. */
  round: number
  done: boolean
  /** What cannot be judged yet, by tenant: services without a topic, and events of them or of no service. */
  unknown: { tenant_id: string | null; services: number; events: number }[]
}

/** Kinds of the records that hold topics, and the state. */
export const TOPIC = 'topic'
export const TOPIC_STATE = 'topic-state'

/** Name of the concept that goes by them. */
export const OFF_TOPIC = 'off-topic'
