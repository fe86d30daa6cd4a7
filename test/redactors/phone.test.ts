import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'

const found = (text: string): string[] =>
  explain(text).map((span) => `${span.type} ${text.slice(span.start, span.end)}`)

describe('a national number that is all of a text', () => {
  it.each(['5321234567', '4621234567', '2125550187', '9171234567', '"9876012345"'])(
    '%s is a telephone number',
    (text) => expect(found(text)).toEqual([`PHONE ${text.replaceAll('"', '')}`]),
  )
  it.each(['1736937045', '2147483647', '4294967295', '9876543210', 'n 5321234567', '20260115103'])(
    '%s is none',
    (text) => expect(found(text).filter((one) => one.startsWith('PHONE'))).toEqual([]),
  )
})

describe('what stands beside a number', () => {
  it.each([
    ['call 0049 30 901820 (2) now', 'PHONE 0049 30 901820'],
    ['+49 (0)30 901820 (12', 'PHONE +49 (0)30 901820'],
  ])('%s keeps its brackets', (text, expected) => expect(found(text)).toEqual([expected]))

  it.each(['DE89 3704 0044 0532 0130 01', 'HR12 1001 0051 8630 0016 1'])(
    '%s is a wrong account, no telephone',
    (text) => expect(found(text)).toEqual([]),
  )
})

describe('a segment of a path', () => {
  it.each(['/v1/users/0917 129 6738?a=1', '/contacts/09171296738/calls', '/tel/030 901820 12'])(
    '%s may be a telephone number',
    (text) => expect(found(text)).toHaveLength(1),
  )
  it.each(['/articles/09171296738', '/v1/09171296738', '/logs/2026/01/15', '/orders/0049-1234'])('%s is none', (text) =>
    expect(found(text)).toEqual([]),
  )
})
