import { NONCE_BYTES, seal, unseal } from '../../encryption/seal.ts'
import { SALT_BYTES } from '../../ledger/leaf.ts'
import type { KeyRing } from './key-ring.ts'

/** A row of `events` as far as its text is concerned. */
export interface SealedBody {
  event_id: string
  subject: Buffer | null
  body: Buffer | null
}

/** What a row holds: the salt and the RFC 8785 text that its leaf was made of. */
export interface OpenedBody {
  salt: Buffer
  text: string
}

/** Random bytes that an event is sealed with: its salt, and the nonce of its seal. */
export const RANDOM_BYTES = SALT_BYTES + NONCE_BYTES

/**
 * Salt and text of an event as they are stored: AES-256-GCM under the subject's key, bound to the event's id.
 * @param nonce as `seal` wants it
 */
export function sealBody(key: Uint8Array, eventId: string, salt: Uint8Array, text: string, nonce?: Uint8Array): Buffer {
  return seal(key, Buffer.concat([salt, Buffer.from(text)]), eventId, nonce)
}

/** What was sealed. Throws an Error where it was altered, or is another event's. */
export function unsealBody(key: Uint8Array, eventId: string, sealed: Uint8Array): OpenedBody {
  const plain = unseal(key, sealed, eventId)
  if (plain.length < SALT_BYTES) throw new Error('it was cut short')
  return { salt: plain.subarray(0, SALT_BYTES), text: plain.toString('utf8', SALT_BYTES) }
}

/** Opens rows of events: the one place where a text comes out of its seal. */
export function bodyOpener(ring: Pick<KeyRing, 'keyOf' | 'steady'>) {
  /** `erased`: there is nothing, or no key for it any more. `altered`: it is not what was sealed for this event. */
  function open({ event_id, subject, body }: SealedBody): OpenedBody | 'erased' | 'altered' {
    if (body === null) return 'erased'
    if (!(body instanceof Uint8Array) || !(subject instanceof Uint8Array)) return 'altered'
    const key = ring.keyOf(subject)
    if (key === null) return 'erased'
    try {
      return unsealBody(key, event_id, body)
    } catch {
      return 'altered'
    }
  }

  return {
    open,

    /** Runs a piece of reading in which more than one row is opened. */
    together: ring.steady,

    /** Whether there is no key any more that would open what a subject has sealed. */
    isLost: (subject: Uint8Array): boolean => ring.keyOf(subject) === null,

    /** The RFC 8785 text of a row; null where it was erased. One that was altered is for `verify` to name, and is read by nobody else. */
    textOf(row: SealedBody): string | null {
      const opened = open(row)
      return typeof opened === 'string' ? null : opened.text
    },
  }
}

export type BodyOpener = ReturnType<typeof bodyOpener>
