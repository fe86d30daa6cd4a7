import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { membersOf, serialise, textOf } from '../../src/ledger/leaf.ts'

/** Any text: also half a surrogate pair, and names that JavaScript treats as places or as something of its own. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('10', '9', '__proto__', 'constructor', 'toJSON', '', 'é', 'ﬀ', '😀'),
)
const anyBody = fc.dictionary(
  anyText,
  fc.oneof(anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.jsonValue() as fc.Arbitrary<never>),
)

it('writes what the reference implementation of RFC 8785 writes, whatever the names and values', () => {
  fc.assert(
    fc.property(anyBody, (given) => {
      const body = JSON.parse(JSON.stringify(given))
      expect(serialise(body)).toBe(canonicalize(body))
    }),
  )
})

it('leaves out what has no value, and refuses a number that JSON has not', () => {
  expect(serialise({ b: undefined, a: null, c: {} })).toBe('{"a":null,"c":{}}')
  expect(serialise({})).toBe('{}')
  expect(() => serialise({ a: Number.NaN })).toThrow()
})

it('gives some members of a body as the whole would have them', () => {
  const members = membersOf({ z: 'last', a: [1, { d: 1, c: 2 }], m: -0 })
  expect(textOf(members.filter(([name]) => name !== 'z'))).toBe('{"a":[1,{"c":2,"d":1}],"m":0}')
})
