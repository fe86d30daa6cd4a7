import Type, { type Static } from 'typebox'
import type { Micros } from './window.ts'

/**
 * Prompts that ask for much the same, found by night among what is new. An id stays with its cluster for good: those that
 * come to mean the same are merged into the older one.
 */
export interface Cluster {
  /** `c` and a number that is never given again. */
  cluster_id: string
  /** Whose events it has; null for those of no tenant. Clusters of two tenants never mix. */
  tenant_id: string | null
  /** Space of the centre. */
  space: string
  /** Unit vector, base64 of little-endian 32-bit floats. */
  centre: string
  /** Cosine to the centre from which a prompt belongs to it. */
  reach: number
  /** Phrases that tell it from others, each of at least `k` users; null where none is. */
  label: string[] | null
  /** How many events it had when the label was made. */
  labelled_at: number
  /** When it was found, ISO 8601. */
  found_at: string
  /** Id of the cluster that it became part of; absent while it stands. */
  merged_into?: string
}

/** A prompt with the vector of all of it. */
export interface Placed {
  seq: number
  event_id: string
  tenant_id: string | null
  user_id: string | null
  vector: Float32Array
}

/** What there is of one cluster; of none where the id is null. */
export interface ClusterCount {
  cluster_id: string | null
  n: number
  users: number
  first: Micros
  last: Micros
}

/** A cluster as it is shown: with what the store counts of it at this moment. */
export const ClusterItem = Type.Object({
  cluster_id: Type.String(),
  tenant_id: Type.Union([Type.String(), Type.Null()]),
  label: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'Phrases that tell it from others; null where no phrase is of enough users to be quoted.',
  }),
  events: Type.Integer({ minimum: 0 }),
  users: Type.Integer({ minimum: 0 }),
  first_seen: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601: its first event.' }),
  last_seen: Type.Union([Type.String(), Type.Null()]),
  found_at: Type.String({ description: 'ISO 8601: the night in which it was found.' }),
  new: Type.Boolean({ description: 'Found in the last 24 hours.' }),
})
export type ClusterItem = Static<typeof ClusterItem>

/** The semantic map: where events lie by meaning. Distances say who is near whom, and nothing in numbers. */
export const MapAnswer = Type.Object({
  points: Type.Array(
    Type.Object({
      event_id: Type.String(),
      x: Type.Number(),
      y: Type.Number(),
      cluster: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
  clusters: Type.Array(
    Type.Object({
      ...ClusterItem.properties,
      x: Type.Number({ description: 'Where its middle lies.' }),
      y: Type.Number(),
    }),
  ),
  total: Type.Integer({ minimum: 0, description: 'Events that passed the filter and have a place.' }),
  sampled: Type.Boolean({ description: 'True where not all of them are shown.' }),
  k_anonymity: Type.Integer({ description: 'A label quotes only what at least so many users say.' }),
  laid_out_at: Type.Union([Type.String(), Type.Null()], {
    description: 'ISO 8601: when the layout was made; null before the first night.',
  }),
})
export type MapAnswer = Static<typeof MapAnswer>

/** Users of whom a phrase must be before a label may quote it. */
export const K_ANONYMITY = 5

export const clusterIdOf = (number: number): string => `c${number}`

/** Number of a cluster's id; null where it is none. */
export function clusterNumberOf(id: string): number | null {
  const number = /^c([1-9][0-9]{0,14})$/.exec(id)?.[1]
  return number === undefined ? null : Number(number)
}
