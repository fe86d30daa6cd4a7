import { isIPv4, isIPv6 } from 'node:net'

/** Digits that sort as addresses do, of one family behind the other; null where the text is no address. An IPv4 address inside IPv6 is IPv4. */
export function addressDigits(text: string): string | null {
  const bare = text.trim().replace(/^\[(.{2,64})\]$/, '$1')
  if (isIPv4(bare)) return `4:${bare.split('.').map(hexByte).join('')}`
  if (!isIPv6(bare) || bare.includes('%')) return null
  const tail = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare)
  const bytes = (tail?.[2] ?? '').split('.').map(hexByte)
  const whole = tail === null ? bare : `${tail[1]}${bytes[0]}${bytes[1]}:${bytes[2]}${bytes[3]}`
  const [head = '', rest] = whole.split('::')
  const groups = (side: string) => (side === '' ? [] : side.split(':')).map((group) => group.padStart(4, '0'))
  const [front, back] = [groups(head), groups(rest ?? '')]
  const digits = [...front, ...new Array<string>(8 - front.length - back.length).fill('0000'), ...back]
    .join('')
    .toLowerCase()
  return digits.startsWith(MAPPED) ? `4:${digits.slice(MAPPED.length)}` : `6:${digits}`
}

const MAPPED = `${'0'.repeat(20)}ffff`
const hexByte = (decimal: string) => Number(decimal).toString(16).padStart(2, '0')

/**
 * The first and the last address of a prefix such as `192.0.2.0/24`, as `addressDigits`, both inclusive; null where it is none.
 */
export function prefixRange(text: string): readonly [first: string, last: string] | null {
  const [, address = '', bits = ''] = /^([^/]{2,64})\/(\d{1,3})$/.exec(text) ?? []
  const digits = addressDigits(address)
  if (digits === null || bits === '') return null
  const [family, hex] = digits.split(':') as [string, string]
  const length = 4 * hex.length
  const kept = Number(bits) - (family === '4' && address.includes(':') ? 96 : 0)
  if (kept < 0 || kept > length) return null
  const mask = (1n << BigInt(length - kept)) - 1n
  const number = BigInt(`0x${hex}`)
  const asDigits = (value: bigint) => `${family}:${value.toString(16).padStart(hex.length, '0')}`
  return [asDigits(number & ~mask), asDigits(number | mask)]
}
