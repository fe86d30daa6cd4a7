import { expect, it } from 'vitest'
import { tellable } from '../../../src/flow/search/interpretation.ts'

/** Takes away what stands behind "password", as a redactor does that goes by context. */
const redacted = (text: string) => text.replace(/(password=?"?\s*)[^\s"]+/g, '$1[SECRET]').replace(/\d{16}/g, '[CARD]')

it('tells no part of a question that a redactor takes from the whole, also where the part stands alone', () => {
  const q = 'who said password="hunter2" -4111111111111111 about parcels'
  const told = tellable(
    {
      phrases: ['hunter2'],
      meaning: 'who said about parcels',
      not: { words: ['4111111111111111'], fields: { user_id: ['hunter2'] } },
      unread: ['password'],
    },
    q,
    redacted,
  )
  expect(told).toEqual({
    phrases: ['[…]'],
    meaning: 'who said about parcels',
    not: { words: ['[…]'], fields: { user_id: ['[…]'] } },
    unread: ['password'],
  })
})

it('leaves an ordinary question, times and concepts as they are', () => {
  const told = { concept: 'refusal', scope: 'all', since: '2026-01-01T00:00:00Z', meaning: 'about parcels' } as const
  expect(tellable(told, 'refusals about parcels', redacted)).toEqual(told)
})
