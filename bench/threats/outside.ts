import type { OutsideSet } from '../concepts/source.ts'
import type { ThreatName } from './shape.ts'

type Truth = boolean | null

/** Families of attacks in the set of attack prompts, by what they are. */
export const FAMILIES = {
  jailbreak: ['jailbreak_template', 'jailbreak_inthewild', 'jbb_jbc'],
  hijack: ['tensortrust_hijack'],
  planted: ['bipia_text', 'bipia_code'],
  harmful: ['harmful_request_advbench', 'harmful_request_malicious_instruct'],
} as const

type Kind = keyof typeof FAMILIES

/** What each kind is to a concept; null: perhaps. Harmless prompts are false to all. */
const TRUTHS: Partial<Readonly<Record<ThreatName, Readonly<Record<Kind, Truth>>>>> = {
  jailbreak: { jailbreak: true, hijack: null, planted: false, harmful: false },
  'prompt-injection': { jailbreak: null, hijack: true, planted: null, harmful: false },
  'indirect-injection': { jailbreak: null, hijack: null, planted: true, harmful: false },
  'harmful-request': { jailbreak: null, hijack: false, planted: null, harmful: true },
}
/** To the other concepts, what attacks an assistant may well be one of theirs; plain harmful requests are not. */
const OTHERS: Readonly<Record<Kind, Truth>> = { jailbreak: null, hijack: null, planted: null, harmful: false }

/** Harmless prompts whose licence is for research alone: nothing is fitted on them. */
export const EVALUATION_ONLY: readonly string[] = ['benign_alpaca', 'benign_wild']

export const PROMPTS_FILE = 'jailbreak/prompts.jsonl.gz'

/** Whether a prompt of a family belongs to a concept; null: perhaps. */
export function truthOf(name: ThreatName, family: string): Truth {
  if (family.startsWith('benign')) return false
  const kind = (Object.keys(FAMILIES) as Kind[]).find((one) => (FAMILIES[one] as readonly string[]).includes(family))
  return kind === undefined ? null : (TRUTHS[name] ?? OTHERS)[kind]
}

/** Attacks and harmless prompts, those for evaluation only left out. Near duplicates share a group. */
export const attackPrompts = (name: ThreatName): OutsideSet => ({
  name: 'attack prompts',
  file: PROMPTS_FILE,
  language: 'en',
  fit: 0.75,
  read: (row) => (EVALUATION_ONLY.includes(row.family as string) ? null : promptOf(name, row)),
})

/** Harmless prompts alone, none of them fitted on: every match is a false alarm. */
export const evaluationPrompts = (name: ThreatName): OutsideSet => ({
  name: 'harmless prompts',
  file: PROMPTS_FILE,
  language: 'en',
  fit: 0,
  read: (row) => (EVALUATION_ONLY.includes(row.family as string) ? promptOf(name, row) : null),
})

function promptOf(name: ThreatName, { text, family, cluster }: Readonly<Record<string, unknown>>) {
  const label = truthOf(name, family as string)
  return label === null ? null : { text: text as string, label, group: String(cluster) }
}

/** Answers to attempts to get at a system prompt, labelled by hand. */
export const leakedAnswers: OutsideSet = {
  name: 'leaked system prompts',
  file: 'jailbreak/system_prompt_leak.jsonl.gz',
  language: 'en',
  fit: 0.75,
  read: ({ response, label }) => ({
    text: response as string,
    label: label === 1 || label === true,
    group: response as string,
  }),
}
