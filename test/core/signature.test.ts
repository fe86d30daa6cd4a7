import { expect, it } from 'vitest'
import { BANDS, bandOf, isNearCopy, isSigned, SIGNATURE_BYTES, signatureOf } from '../../src/core/signature.ts'

const text = Array.from({ length: 40 }, (_, i) => `word${(i * 7) % 40}`).join(' ')
const near = (a: string, b: string) => isNearCopy(signatureOf(a), signatureOf(b))

it('is the same for the same words, whatever lies between them', () => {
  expect(signatureOf('please, reset: my password!')).toEqual(signatureOf('please reset my password'))
  expect(signatureOf(text)).toHaveLength(SIGNATURE_BYTES)
})

it('resembles that of a small variant, and no other', () => {
  expect(near(text, `${text} please`)).toBe(true)
  expect(near(text, text.replace('word7', 'other'))).toBe(true)
  expect(near(text, text.split(' ').slice(0, 20).join(' '))).toBe(false)
  expect(near('yes', 'no')).toBe(false)
  expect(near('where is my parcel', 'where is my invoice')).toBe(false)
})

it('is empty where there is no word, and then like another empty one', () => {
  expect(isSigned(signatureOf(''))).toBe(false)
  expect(isSigned(signatureOf('a'))).toBe(true)
  expect(near('', '-> !')).toBe(true)
  expect(near('', 'a')).toBe(false)
})

it('shares a band with every near copy', () => {
  const own = signatureOf(text)
  for (let shift = 0; shift < 8; shift++) {
    const other = own.slice()
    for (let i = 0; i < 8; i++) other[(i * 4 + shift) % SIGNATURE_BYTES]! ^= 0xff
    expect(isNearCopy(own, other)).toBe(true)
    const shared = Array.from({ length: BANDS }, (_, i) => bandOf(own, i) === bandOf(other, i))
    expect(shared).toContain(true)
  }
})
