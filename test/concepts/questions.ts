import type { Concept } from '../../src/core/concept.ts'
import { parseTime } from '../../src/core/window.ts'

/** A Wednesday. */
export const now = parseTime('2026-01-14T15:30:00Z')!

/** A concept as far as questions go. */
function concept(name: string, reads: Concept['reads'], aliases: string[], nouns: string[] = [name]): Concept {
  const quality = { precision: 1, recall: 1, f1: 1, average_precision: 1, n: 1 }
  const common = { name, version: 1, reads, threshold: 0.5 }
  const fitted = { ...common, aliases, nouns, quality, description: '', space: '', recall_at: [], weights: null }
  return { ...common, fitted, probability: () => 0 }
}

export const concepts = [
  concept('refusal', 'response', ['refuse', 'decline', 'turn down', 'would not answer', 'say no', 'reject']),
  concept('jailbreak', 'prompt', ['jailbreak'], ['jailbreak', 'jailbreak attempt']),
  concept('personal-data', 'any', [], ['personal data', 'pii']),
  concept('prompt-extraction', 'prompt', [], ['system prompt extraction', 'prompt extraction']),
  concept('medical', 'prompt', [], ['medical question', 'medicine']),
  concept('lazy', 'response', ['leave work to user', 'cut corners'], ['lazy answer', 'answer with placeholders']),
  concept('password-given', 'response', ['reveal password', 'give away password'], ['leaked password']),
  concept('password-requested', 'prompt', ['ask for password'], ['request for password']),
  concept('harmful-request', 'prompt', []),
  concept('invention', 'prompt', ['model make things up'], ['made up answer']),
]
