import { describe, expect, it } from 'vitest'
import { truncated } from '../../src/redactors/contact/ip-address.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { explain } from './explain.ts'
import { contactMakers } from './makers/contact.ts'

const found = (text: string): string[] =>
  explain(text).map((span) => `${span.type} ${text.slice(span.start, span.end)}`)

describe.each(contactMakers.map((maker, at) => [`${maker.rule} (${at})`, maker] as const))('%s', (_, maker) => {
  it('is found, whole and under its name', () => {
    const random = seeded(12)
    for (let i = 0; i < 60; i++) {
      const value = maker.value(random)
      expect(found(`it is ${value} as I said`)).toEqual([`${maker.type} ${value}`])
    }
  })
})

describe('hardware addresses', () => {
  it.each([
    ['link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff', ['MAC 52:54:00:12:34:56']],
    ['(00-1A-2B-3C-4D-5E)', ['MAC 00-1A-2B-3C-4D-5E']],
    ['mac=001a.2b3c.4d5e,', ['MAC 001a.2b3c.4d5e']],
    ['the MAC 10:20:30:40:50:60', ['MAC 10:20:30:40:50:60']],
  ])('%s', (text, expected) => expect(found(text)).toEqual(expected))

  it.each([
    ['all zeros', '00:00:00:00:00:00'],
    ['all ones', 'ff-ff-ff-ff-ff-ff'],
    ['a time of many parts', '10:20:30:40:50:60'],
    ['a time with hyphens', '26-01-15-10-30-45'],
    ['a fingerprint', 'MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48'],
    ['a dump', '0000: de ad be ef 00:1a 2b:3c'],
    ['five pairs', '00:1A:2B:3C:4D'],
    ['seven pairs', '00:1A:2B:3C:4D:5E:6F'],
    ['a decimal in fours', '1234.5678.9012'],
    ['part of a UUID', 'a0-b1-c2-d3-e4-f5-a6'],
  ])('%s is none', (_, text) => expect(found(text).filter((one) => one.startsWith('MAC'))).toEqual([]))
})

describe('addresses beside versions and titles', () => {
  it.each([
    'Chrome 120.0.0.0 on Windows 10.0.0.1',
    'upgrade 4.8.1.0',
    '1.2.3.4 Scope of the work',
    'see\n2.1.1.3 Limits',
    'clause 4.4.1.2',
  ])('%s has none', (text) => expect(found(text)).toEqual([]))
  it.each([
    ['8.8.8.8 - - [15/Jan/2026]', '8.8.8.8'],
    ['ssh root@198.51.100.7', '198.51.100.7'],
    ['host=198.51.100.7;', '198.51.100.7'],
    ['the server 198.51.100.7 failed', '198.51.100.7'],
  ])('%s has one', (text, address) => expect(found(text)).toEqual([`IP ${address}`]))
})

describe('an address cut short', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['203.0.113.77/28', '203.0.113.0/24'],
    ['10.2.0.0/16', '10.2.0.0/16'],
    ['2001:db8:85a3::8a2e:370:7334', '2001:db8:85a3::'],
    ['2001:0DB8:0000:0000:0008:0800:200c:417a', '2001:db8::'],
    ['2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['fe80::1%eth0', 'fe80::'],
    ['::ffff:192.0.2.128', '::ffff:192.0.2.0'],
    ['64:ff9b::192.0.2.1', '64:ff9b::'],
    ['2001:db8:1:2:3:4:192.0.2.1', '2001:db8:1::'],
    ['00:1A:2B:3C:4D:5E', '00:1A:2B'],
    ['00-1a-2b-3c-4d-5e', '00-1a-2b'],
    ['001a.2b3c.4d5e', '001a.2b'],
    ['::', '::'],
    ['nonsense', ''],
    ['', ''],
  ])('%s → %s', (address, expected) => {
    expect(truncated(address)).toBe(expected)
    expect(truncated(expected)).toBe(expected)
  })
})
