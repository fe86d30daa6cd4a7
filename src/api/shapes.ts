import Type, { type TSchema } from 'typebox'

/** A page of a list. */
export function listOf<T extends TSchema>(item: T) {
  return Type.Object({
    items: Type.Array(item),
    next_cursor: Type.Union([Type.String(), Type.Null()], { description: 'Null where the list ended.' }),
  })
}

export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Items to a page.' }))
export const Cursor = Type.Optional(
  Type.String({ minLength: 1, maxLength: 1024, description: 'next_cursor of the page before.' }),
)
export const Identifier = Type.String({ minLength: 1, maxLength: 512 })
export const When = (description: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: `${description}: ISO 8601, a date, or an age such as 7d.`,
    }),
  )

/** Whose data, by ids as they were sent or as they are stored; all that are given hold. */
export const Subject = {
  user_id: Type.Optional(Identifier),
  session_id: Type.Optional(Identifier),
  event_id: Type.Optional(Identifier),
  tenant_id: Type.Optional(Identifier),
}
export const Reason = Type.Optional(
  Type.String({ minLength: 1, maxLength: 2_000, description: 'Why; the ledger keeps it, so it should name nobody.' }),
)
