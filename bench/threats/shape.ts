/** The concepts about attacks that are fitted together: a text may belong to several of them. */
export const THREATS = [
  'jailbreak',
  'prompt-injection',
  'indirect-injection',
  'delimiter-forgery',
  'system-prompt-extraction',
  'system-prompt-leak',
  'exfiltration',
  'harmful-request',
  'secrets-requested',
  'secrets-given',
  'personal-data-requested',
  'personal-data-given',
] as const

export type ThreatName = (typeof THREATS)[number]

/**
 * Templates in the simulator's grammar, with the truth about what is made of them: what it `is`, what it `perhaps` is
 * (neither positive nor negative there), and the side of a conversation on which it stands. All else it is not.
 */
export type ThreatTexts = readonly {
  side: 'prompt' | 'response' | 'context'
  is: readonly ThreatName[]
  perhaps?: readonly ThreatName[]
  templates: readonly string[]
}[]
