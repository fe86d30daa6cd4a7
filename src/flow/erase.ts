import type { Engine } from '../core/ports.ts'
import type { Redactor } from '../redactors/index.ts'

export interface EraseParts {
  engine: Pick<Engine, 'erase'>
  redactor: Pick<Redactor, 'forms' | 'identifier'>
}

export interface EraseAsk {
  /** As it was sent, or as it is stored. */
  user_id: string
  tenant_id?: string
}

/** Destroys what is known of a user, under every form that his id may have in the store. Returns how many events. */
export async function erase({ engine, redactor }: EraseParts, { user_id, tenant_id }: EraseAsk): Promise<number> {
  const tenant = tenant_id === undefined ? {} : { tenant_id: redactor.identifier('tenant_id', tenant_id) }
  let events = 0
  for (const form of redactor.forms('user_id', user_id)) events += await engine.erase({ user_id: form, ...tenant })
  return events
}
