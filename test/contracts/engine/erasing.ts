import { randomUUID } from 'node:crypto'
import type { ErasureOrder, Selection } from '../../../src/core/erasure.ts'
import { HOLD } from '../../../src/core/hold.ts'
import type { Engine } from '../../../src/core/ports.ts'
import type { Micros } from '../../../src/core/window.ts'

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

/** Ends the events of a user by a rule whose time is over; gives their number. */
export async function expireUser(engine: Pick<Engine, 'retain'>, user_id: string, now: Micros): Promise<number> {
  const rule = { name: 'a-test', hash: '00ff', event_types: null, tenants: null, from: 'receipt', keep: null } as const
  const after = { delete: 0, anonymise: null, archive: null }
  const rules = [{ ...rule, after, tags: { user_id: [user_id] }, beats_minimum: false, keep_vectors: false }]
  const order = { rules, at: 0, action: 'delete', now, after: null, limit: 99, by: 'a test' } as const
  return (await engine.retain({ ...order, receipt_id: randomUUID() }))?.counts.events ?? 0
}

/** Puts what is of a user under a legal hold. */
export async function holdUser(engine: Pick<Engine, 'putRecords'>, user_id: string, now: Micros): Promise<void> {
  const body = {
    hold_id: 'h1',
    selection: { user_id: [user_id] },
    reason: 'a test',
    by: 'a test',
    at: '',
    released: null,
  }
  const record = { kind: HOLD, id: 'h1', ts: now, entity: null, tenant_id: null, rank: null, body }
  await engine.putRecords([{ record, expect: 0 }])
}

/** Gives the prompt of every event that waits a vector and a mark of this probability, in the space `s1`. */
export async function embedAll(engine: Pick<Engine, 'putSpace' | 'claim' | 'settle'>, p: number): Promise<void> {
  await engine.putSpace({ space: 's1', model: 'm', revision: '1', dtype: 'fp32', dims: 2, state: 'active' })
  const ticket = (await engine.claim('embed:s1', 9, 1000))!
  await engine.settle(ticket, {
    vectors: ticket.events.map(({ seq, event }) => ({
      seq,
      part: 'prompt',
      space: 's1',
      tenant_id: event.tenant_id ?? null,
      content: Buffer.from(event.event_id),
      vector: Float32Array.of(0.6, 0.8),
    })),
    marks: ticket.events.map(({ seq }) => ({ seq, concept: 'refusal', version: 1, p })),
  })
}
