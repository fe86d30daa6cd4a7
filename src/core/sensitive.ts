import type { RedactedEvent } from './event.ts'

/** Types of redacted values that open a door. */
const SECRETS: ReadonlySet<string> = new Set([
  'API_KEY',
  'AUTHORIZATION',
  'JWT',
  'PASSWORD',
  'PASSWORD_HASH',
  'PIN',
  'PRIVATE_KEY',
  'SECRET',
  'SEED_PHRASE',
  'URL_CREDENTIALS',
])
/** Types that tell of somebody's health (a special category of personal data: Regulation (EU) 2016/679, article 9). */
const HEALTH: ReadonlySet<string> = new Set([
  'AU_MEDICARE',
  'DE_HEALTH_INSURANCE',
  'MEDICAL_RECORD',
  'UK_NHS',
  'US_MBI',
])

/** Whether a redacted value of this type is a secret or tells of somebody's health. */
export const isSensitiveType = (type: string): boolean => SECRETS.has(type) || HEALTH.has(type)

/** How many such values the redactor took out of an event: of what the model gave out, and of what it was given. */
export function sensitiveIn({ redaction }: Pick<RedactedEvent, 'redaction'>): { output: number; input: number } {
  let output = 0
  let all = 0
  for (const [type, n] of Object.entries(redaction.output ?? {})) if (isSensitiveType(type)) output += n
  for (const [type, n] of Object.entries(redaction.counts)) if (isSensitiveType(type)) all += n
  return { output, input: Math.max(0, all - output) }
}
