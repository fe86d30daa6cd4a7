import { type Concept, calledOf } from '../../core/concept.ts'
import type { MonitorAsk, Starter } from '../../core/monitor.ts'

/** Policies that come with the package; none is on unless somebody saves it. */
const STARTERS: readonly { name: string; about: string; body: MonitorAsk }[] = [
  {
    name: 'acceptable-use',
    about: 'Prompts that ask for harm, attack the model, or insult.',
    body: {
      description: 'Acceptable use: no harmful requests, no attacks on the model, no abuse.',
      action: 'each',
      search: { any_of: ['harmful-request', 'jailbreak', 'prompt-injection', 'toxicity'] },
    },
  },
  {
    name: 'regulated-advice',
    about: 'Answers on medical, legal or financial matters of a person that were not declined.',
    body: {
      description: 'Regulated advice: medical, legal and financial matters are answered by people.',
      action: 'each',
      search: { any_of: ['medical', 'legal', 'financial'], none_of: ['refusal'], event_type: 'llm.completion' },
    },
  },
  {
    name: 'personal-data-in-outputs',
    about: 'Answers that give personal data of a private person, or a secret.',
    body: {
      description: 'No personal data and no secrets in answers.',
      action: 'each',
      severity: 'high',
      search: { any_of: ['personal-data-given', 'secrets-given'] },
    },
  },
  {
    name: 'divergence',
    about: 'Prompts that ask for a word without end, and answers that fall into such a loop.',
    body: {
      description: 'No repetition without end: it drives models to give out what they were trained on.',
      action: 'each',
      search: { any_of: ['divergence-attack', 'repetition-loop'] },
    },
  },
  {
    name: 'refusals',
    about: 'More or fewer refusals than is usual at that time of the week.',
    body: { description: 'All refusals.', action: 'surge', silence: true, search: { concept: 'refusal' } },
  },
]

/** Every starter, with the concepts that it needs and that are not there. */
export const startersFor = (concepts: readonly Concept[]): Starter[] => {
  const there = new Set(concepts.map(calledOf))
  return STARTERS.map((starter) => {
    const { concept, any_of = [], none_of = [] } = starter.body.search
    const missing = [...(concept === undefined ? [] : [concept]), ...any_of, ...none_of].filter(
      (name) => !there.has(name),
    )
    return { ...starter, offered: missing.length === 0, missing }
  })
}
