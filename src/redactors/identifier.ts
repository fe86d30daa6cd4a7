import { isIP } from 'node:net'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import { truncated } from './contact/ip-address.ts'
import { isOpaque } from './opaque.ts'
import type { Tagger } from './placeholder.ts'

/** What is stored of an identifier. */
export interface Identifiers {
  /** Null where it is left out. A pseudonym gives itself. */
  stored(field: string, value: string): string | null
  /**
   * Every form in which an event may hold what somebody asks for by a raw id, the present one first. Of a field that has
   * policies these are the id itself and its pseudonym whatever the policy of today is: events from before it, and those
   * that came with a pseudonym of their own, are found and erased as well. What was truncated is not: it fits many ids.
   */
  forms(field: string, value: string): readonly [string, ...string[]]
  /** What is stored where no policy for the field holds: the id itself, unless a rule recognises it. */
  plain(field: string, value: string): string
  /** The keyed pseudonym, whatever the policy; one that is a pseudonym already, as it is. */
  pseudonym(field: string, value: string): string
}

export interface IdentifierParts {
  policy: Pick<RedactionPolicy, 'user_id' | 'ip_address'>
  tagger: Pick<Tagger, 'pseudonym'>
  /** True where the rules find something in a value. */
  recognises(value: string): boolean
}

/** Fields that a house may keep, pseudonymise or drop, and may have kept otherwise before. */
const UNDER_POLICY: ReadonlySet<string> = new Set(['user_id', 'ip_address'])
const PSEUDONYM = /^([a-z_]{1,40}):(?!\d{16}$)[0-9a-f]{16}$/

/** What a house keeps of identifiers. */
export function createIdentifiers({ policy, tagger, recognises }: IdentifierParts): Identifiers {
  const plain = (field: string, value: string): string => {
    if (isOpaque(value) || isPseudonym(field, value) || (field === 'ip_address' && isAddress(value))) return value
    return recognises(value) ? tagger.pseudonym(nounOf(field), value) : value
  }
  const pseudonym = (field: string, value: string): string => {
    if (isPseudonym(field, value)) return value
    const one = field === 'ip_address' && isAddress(value) ? addressesOf(value).join(', ').toLowerCase() : value
    return tagger.pseudonym(nounOf(field), one)
  }
  const stored = (field: string, value: string): string | null => {
    const rule = field === 'user_id' ? policy.user_id : field === 'ip_address' ? policy.ip_address : undefined
    if (rule === 'drop') return null
    if (rule === undefined || rule === 'keep' || isPseudonym(field, value)) return plain(field, value)
    if (field === 'ip_address' && !isAddress(value)) return plain(field, value)
    return rule === 'truncate' ? addressesOf(value).map(truncated).join(', ') : pseudonym(field, value)
  }
  return {
    plain,
    pseudonym,
    stored,
    forms(field, value) {
      const before = plain(field, value)
      const now = stored(field, value) ?? before
      const others = UNDER_POLICY.has(field) ? [before, pseudonym(field, value)] : [before]
      return [now, ...new Set(others.filter((form) => form !== now))]
    },
  }
}

/** True where a value is an address of a machine, or several with commas. */
export const isAddress = (value: string): boolean => value.split(',').every((part) => isIP(bareAddress(part)) !== 0)

const addressesOf = (value: string): string[] => value.split(',').map(bareAddress)

/** Without brackets, port, zone and blanks. */
function bareAddress(part: string): string {
  const bare = part
    .trim()
    .replace(/^\[(.{2,64})\](?::\d{1,5})?$/, '$1')
    .replace(/%\w{1,16}$/, '')
  return bare.replace(/^((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}$/, '$1')
}

/** True where a value has the form of the pseudonyms of a field. */
export const isPseudonym = (field: string, value: string): boolean => PSEUDONYM.exec(value)?.[1] === nounOf(field)

/** `user_id` → user; `parent_event_id` and `target_event_id` → event, as the id that they refer to; `ip_address` → ip. */
const nounOf = (field: string): string => field.replace(/^(?:parent|target)_/, '').replace(/_(?:id|address)$/, '')
