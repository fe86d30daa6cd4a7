import { createHmac } from 'node:crypto'
import { SELECTED_IDS, type Selection } from '../core/erasure.ts'
import type { Filter } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Redactor } from '../redactors/index.ts'

/** Whose data: ids as they were sent or as they are stored. All that are given hold; at least one is given. */
export interface SubjectAsk {
  user_id?: string
  session_id?: string
  event_id?: string
  tenant_id?: string
}

const FIELDS = [...SELECTED_IDS, 'tenant_id'] as const
const MOST_CHARACTERS = 512

/** What a subject selects, under every form that an id of it may have in the store. Throws Problem BAD_REQUEST. */
export function selectionOf(redactor: Pick<Redactor, 'forms' | 'identifier'>, ask: SubjectAsk): Selection {
  const given = FIELDS.filter((field) => ask[field] !== undefined)
  if (given.length === 0) throw new Problem('BAD_REQUEST', 'say whose: a user, a session, an event or a tenant')
  for (const field of given) {
    const { length } = ask[field]!
    if (length === 0 || length > MOST_CHARACTERS)
      throw new Problem('BAD_REQUEST', `${field} must have 1 to ${MOST_CHARACTERS} characters`)
  }
  const { tenant_id } = ask
  return {
    ...(tenant_id === undefined ? {} : { tenant_id: redactor.identifier('tenant_id', tenant_id) }),
    ...Object.fromEntries(
      SELECTED_IDS.flatMap((field) => (ask[field] === undefined ? [] : [[field, redactor.forms(field, ask[field])]])),
    ),
  }
}

/** The same as a filter over events. */
export function filterOf({ user_id, session_id, event_id, tenant_id }: Selection): Filter {
  const fields = { ...(user_id && { user_id }), ...(session_id && { session_id }) }
  return {
    ...(Object.keys(fields).length > 0 && { fields }),
    ...(event_id && { event_ids: event_id }),
    ...(tenant_id !== undefined && { tenant_id }),
  }
}

/**
 * Names a subject without telling who it is: which ids it goes by, and HMAC-SHA-256 over the RFC 8785 JSON of field and
 * pseudonym of each, in the order of their fields, hex. A raw id and its pseudonym give the same.
 * @param key 32 bytes that hang on the root secret of the data directory
 */
export function subjectName(
  redactor: Pick<Redactor, 'pseudonym'>,
  key: Uint8Array,
  ask: SubjectAsk,
): { by: string[]; hash: string } {
  const by = FIELDS.filter((field) => ask[field] !== undefined)
  const names = by.map((field) => [field, redactor.pseudonym(field, ask[field]!)])
  return { by, hash: createHmac('sha256', key).update(JSON.stringify(names)).digest('hex') }
}
