import { randomUUID } from 'node:crypto'
import type { ErasureOrder, Selection } from '../../../src/core/erasure.ts'
import type { Engine } from '../../../src/core/ports.ts'

/** An order of somebody who may give one. */
export const anOrder = (): ErasureOrder => ({
  receipt_id: randomUUID(),
  subject: { by: ['user_id'], hash: '00ff' },
  by: 'a test',
  reason: null,
})

/** Erases a user; gives the number of events. */
export async function eraseUser(
  engine: Pick<Engine, 'erase'>,
  user_id: string,
  within: Pick<Selection, 'tenant_id'> = {},
): Promise<number> {
  const erased = await engine.erase({ user_id: [user_id], ...within }, anOrder())
  return erased?.receipt.counts.events ?? 0
}
