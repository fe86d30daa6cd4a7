import Type, { type Static } from 'typebox'
import type { Selection } from './erasure.ts'

const Ids = Type.Optional(Type.Array(Type.String(), { description: 'As stored, in every form that the id has there.' }))

/** A legal hold: what it selects is neither erased nor deleted until somebody releases it. */
export const Hold = Type.Object({
  hold_id: Type.String(),
  selection: Type.Unsafe<Selection>(
    Type.Object({ user_id: Ids, session_id: Ids, event_id: Ids, tenant_id: Type.Optional(Type.String()) }),
  ),
  reason: Type.String(),
  by: Type.String(),
  at: Type.String({ description: 'ISO 8601' }),
  released: Type.Union(
    [
      Type.Object({ by: Type.String(), reason: Type.Union([Type.String(), Type.Null()]), at: Type.String() }),
      Type.Null(),
    ],
    { description: 'Null while it stands.' },
  ),
})
export type Hold = Static<typeof Hold>

/** Kind of the records that holds are. */
export const HOLD = 'hold'
