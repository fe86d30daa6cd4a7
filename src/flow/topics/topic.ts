import { dot } from '../../stats/dot.ts'
import { sphereMeans } from '../../stats/sphere-means.ts'
import { inTurns, meanOf, rowsOf } from '../clusters/discover.ts'

/** Different prompts without which nothing is learnt. */
export const LEAST_PROMPTS = 300
/** Prompts of one mean, about and at least; the fewer, the closer it follows what is asked (docs/quality/off-topic.md). */
const ABOUT = 8
const LEAST = 5
/** Users of one mean, where the service has ten or more: what one person asks for is not yet the topic. */
const LEAST_USERS = 2
const MANY_USERS = 10
/** Prompts on the topic of which one may be told to be off it: 2 in 100. */
const FALSE_SHARE = 0.02

/** A prompt as a topic is learnt from it. */
export interface Asked {
  user_id: string | null
  vector: Float32Array
}

/** What a service is asked about: unit means, and how near to them prompts are that they were not made of, ascending. */
export interface Learnt {
  means: Float32Array[]
  near: Float32Array
}

/**
 * Learns from one half of the prompts what is asked, and from the other how far from that a prompt usually is. Null of
 * fewer than 300 different ones, or of such that have nothing in common.
 * @param random numbers in [0, 1)
 */
export async function learnt(
  prompts: readonly Asked[],
  random: () => number,
  signal?: AbortSignal,
): Promise<Learnt | null> {
  const different = [...new Map(prompts.map((one) => [one.vector.slice(0, 8).join(), one])).values()].filter(
    ({ vector }) => vector.some((x) => x !== 0),
  )
  if (different.length < LEAST_PROMPTS) return null
  const shuffled = different.map((one) => ({ one, place: random() })).sort((a, b) => a.place - b.place)
  const half = Math.floor(shuffled.length / 2)
  const [first, second] = [shuffled.slice(0, half), shuffled.slice(half)].map((part) => part.map(({ one }) => one))
  const label = await inTurns(
    sphereMeans(rowsOf(first!.map(({ vector }) => vector)), Math.floor(half / ABOUT), random),
    signal,
  )
  const groups = new Map<number, Asked[]>()
  for (const [i, group] of label.entries()) groups.set(group, [...(groups.get(group) ?? []), first![i]!])
  const usersOf = (list: readonly Asked[]) => new Set(list.map(({ user_id }) => user_id)).size
  const users = usersOf(different) >= MANY_USERS ? LEAST_USERS : 1
  const means = [...groups.values()]
    .filter((members) => members.length >= LEAST && usersOf(members) >= users)
    .map(meanOf)
  if (means.length === 0) return null
  return { means, near: Float32Array.from(second!, ({ vector }) => nearest(means, vector)).sort() }
}

/**
 * How probable it is that a prompt is off the topic, 0 to 1: one half where 2 in 100 prompts on the topic are as far from it
 * (a conformal p-value; Vovk et al., 2005), odds in proportion. Null where the model knows no word of the prompt.
 */
export function offTopic({ means, near }: Learnt, vector: Float32Array): number | null {
  if (vector.every((x) => x === 0)) return null
  const own = nearest(means, vector)
  let [low, high] = [0, near.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (near[middle]! <= own) low = middle + 1
    else high = middle
  }
  const asFar = (low + 1) / (near.length + 1)
  return FALSE_SHARE / (FALSE_SHARE + asFar)
}

const nearest = (means: readonly Float32Array[], vector: Float32Array): number =>
  means.reduce((best, mean) => Math.max(best, dot(mean, vector)), -1)
