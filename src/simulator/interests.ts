import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { topics } from './texts/index.ts'
import type { Intent, Topic } from './topic.ts'

/** One thing that somebody asks about. */
export interface Interest {
  topic: Topic
  intent: Intent
}

/** Interests and how often each comes up, in relation to the others. */
export type Interests = readonly { of: Interest; weight: number }[]

/** Everything that can be asked about in a scenario. */
export function interestsOf(scenario: Scenario): Interest[] {
  const chosen = scenario.topics.length === 0 ? topics : topics.filter(({ name }) => scenario.topics.includes(name))
  return chosen.flatMap((topic) => topic.intents.map((intent) => ({ topic, intent })))
}

/** Two to six interests within one or two topics, in uneven shares (Dirichlet, all parameters 1). */
export function mixture(everything: readonly Interest[], random: Random): Interests {
  const first = random.pick(everything).topic
  const second = random.pick(everything).topic
  const near = everything.filter(({ topic }) => topic === first || (topic === second && topic.name !== 'smalltalk'))
  return random
    .shuffled(near)
    .slice(0, random.whole(2, 6))
    .map((of) => ({ of, weight: random.exponential(1) }))
}
