import { createHmac, hkdfSync } from 'node:crypto'
import { WITHHELD_FORM } from '../core/withheld.ts'
import { NUMBERED_FORM } from './numbered.ts'

/** Keys of tenants that are held ready. */
const HELD = 1024

/** Why a field could not be redacted. */
const REASONS = ['rule-error', 'rule-timeout', 'too-large', 'too-deep', 'unsettled'] as const

/** Types of content that a placeholder names (RFC 6838): small letters with few digits among them, so that neither a number nor a key can pass for one. */
export const MIME_FORM =
  '(?:application|audio|chemical|font|image|message|model|multipart|text|video)/[a-z.+-]{0,60}(?:[0-9]{1,4}[a-z.+-]{0,40}){0,2}'

/**
 * Own placeholders in a text: a typed one, keyed or numbered, a failed field, a replaced attachment, a text that is
 * withheld. Digits without a letter are no digest of ours (see `tag`), nor is what spells a text: neither a card number nor
 * a key in hexadecimal can hide in one.
 */
export const PLACEHOLDER = new RegExp(
  [
    '\\[[A-Z][A-Z_]{1,30}:(?![0-9]{16}\\])[0-9a-f]{16}\\]',
    NUMBERED_FORM,
    `\\[REDACTION_FAILED:(?:${REASONS.join('|')})\\]`,
    `\\[DATA:${MIME_FORM} sha256:(?![0-9]{64}|(?:[2-7][0-9a-f]){32})[0-9a-f]{64} [0-9]{1,9} bytes\\]`,
    WITHHELD_FORM,
  ].join('|'),
  'g',
)

/** True where a text holds one of our placeholders. */
export const holdsPlaceholder = (text: string): boolean => text.includes('[') && text.search(PLACEHOLDER) !== -1

/** True where a text is one of our placeholders and nothing else. */
export const isPlaceholder = (text: string): boolean =>
  text.startsWith('[') && text.length < 256 && text.replace(PLACEHOLDER, '') === ''

/** What stands for a field that could not be redacted. The reason is one of ours, never text. */
export const failed = (reason: (typeof REASONS)[number]): string => `[REDACTION_FAILED:${reason}]`

export interface Tagger {
  /** `[EMAIL:7f3a9c21d4e05b66]`: the same value of the same tenant always gets the same one. */
  placeholder(tenant: string, type: string, value: string): string
  /** `[TEXT:7f3a9c21d4e05b66 482 characters]`: likewise for a whole text that is not kept. */
  withheld(tenant: string, text: string): string
  /** `user:3f9ac0…`: the same for every tenant, so that a look-up needs the raw id alone. */
  pseudonym(noun: string, value: string): string
}

/**
 * Keyed names for values: HMAC-SHA-256 cut to 64 bits. Every tenant has a key of its own, derived with HKDF (RFC 5869),
 * so that placeholders of two tenants cannot be joined, and without the key none can be guessed.
 */
export function createTagger(key: Uint8Array): Tagger {
  const derive = (info: string) => new Uint8Array(hkdfSync('sha256', key, '', `undercurrent ${info}`, 32))
  const idKey = derive('identifier')
  const tenants = new Map<string, Uint8Array>()

  const keyOf = (tenant: string) => {
    let found = tenants.get(tenant)
    if (found === undefined) {
      if (tenants.size >= HELD) tenants.clear()
      found = derive(`placeholder ${tenant}`)
      tenants.set(tenant, found)
    }
    return found
  }

  return {
    placeholder: (tenant, type, value) => `[${type}:${tag(keyOf(tenant), `${type}\0${value}`)}]`,
    withheld: (tenant, text) => `[TEXT:${tag(keyOf(tenant), `TEXT\0${text}`)} ${text.length} characters]`,
    pseudonym: (noun, value) => `${noun}:${tag(idKey, `${noun}\0${value}`)}`,
  }
}

/** 16 hex digits with at least one letter: what reads as a number might be one. */
function tag(key: Uint8Array, text: string): string {
  const digest = createHmac('sha256', key).update(text).digest('hex')
  for (let at = 0; at < digest.length; at += 16) {
    const part = digest.slice(at, at + 16)
    if (/[a-f]/.test(part)) return part
  }
  return tag(key, digest)
}
