import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { base58, base58xmr, base58xrp, bech32, bech32m } from '@scure/base'
import { luhn } from '../../../src/redactors/checks.ts'
import { drawn, type Maker, oneOf } from './maker.ts'

const DIGITS = '0123456789'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

const bytes = (random: () => number, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256))

/** Bytes, and the first four of a digest of them behind. */
const checked = (payload: Uint8Array, digest: (bytes: Uint8Array) => Uint8Array): Uint8Array =>
  Uint8Array.from([...payload, ...digest(payload).subarray(0, 4)])
const twice = (payload: Uint8Array): Uint8Array => sha256(sha256(payload))

const base58Checked = (random: () => number, head: readonly number[], length: number, tail: readonly number[] = []) =>
  base58.encode(checked(Uint8Array.from([...head, ...bytes(random, length), ...tail]), twice))

/** Bitcoin (keys, scripts), Litecoin, Dogecoin, Dash, Tron, Zcash: what stands before the hash. */
const VERSIONS = [[0x00], [0x05], [0x30], [0x1e], [0x4c], [0x41], [0x1c, 0xb8]] as const

/** EIP-55. */
function ethereumCase(digits: string): string {
  const hash = Buffer.from(keccak_256(new TextEncoder().encode(digits))).toString('hex')
  return `0x${[...digits].map((c, i) => (Number.parseInt(hash[i] as string, 16) > 7 ? c.toUpperCase() : c)).join('')}`
}

function card(random: () => number): string {
  const [prefix, length] = oneOf(random, [
    ['4', 16],
    ['51', 16],
    ['55', 16],
    ['2221', 16],
    ['34', 15],
    ['37', 15],
    ['6011', 16],
    ['3530', 16],
    ['62', 16],
  ] as const)
  const body = prefix + drawn(random, DIGITS, length - prefix.length - 1)
  return body + [...DIGITS].find((d) => luhn(body + d))
}

/** Country, and the form of what follows the check: `n` a digit, `a` a letter. */
const IBAN_FORMS = [
  'DEnnnnnnnnnnnnnnnnnn',
  'GBaaaannnnnnnnnnnnnn',
  'NLaaaannnnnnnnnn',
  'ESnnnnnnnnnnnnnnnnnnnn',
  'NOnnnnnnnnnnn',
  'ATnnnnnnnnnnnnnnnn',
]

function iban(random: () => number): string {
  const form = oneOf(random, IBAN_FORMS)
  const body = form.slice(2).replace(/[na]/g, (kind) => drawn(random, kind === 'n' ? DIGITS : LETTERS, 1))
  const country = form.slice(0, 2)
  const number = [...`${body}${country}00`].map((c) => Number.parseInt(c, 36)).join('')
  return `${country}${String(98n - (BigInt(number) % 97n)).padStart(2, '0')}${body}`
}

/** Ordinary words of three to eight letters; a phrase is told by its form. */
const WORDS =
  'river candle forest violin pepper anchor saddle marble window copper lemon turtle garden rocket blanket mirror puzzle shadow tunnel velvet'.split(
    ' ',
  )

export const financeMakers: readonly Maker[] = [
  { rule: 'card-number', type: 'CARD', proven: true, value: card },
  { rule: 'iban', type: 'IBAN', proven: true, value: iban },
  {
    rule: 'wallet-base58',
    type: 'CRYPTO',
    proven: true,
    value: (random) => base58Checked(random, oneOf(random, VERSIONS), 20),
  },
  {
    rule: 'wallet-base58',
    type: 'CRYPTO',
    proven: true,
    value: (random) => base58xrp.encode(checked(Uint8Array.from([0, ...bytes(random, 20)]), twice)),
  },
  {
    rule: 'wallet-base58',
    type: 'CRYPTO',
    proven: true,
    value: (random) => base58xmr.encode(checked(Uint8Array.from([18, ...bytes(random, 64)]), keccak_256)),
  },
  {
    rule: 'wallet-base58',
    type: 'CRYPTO',
    proven: true,
    value: (random) => base58Checked(random, [0x04, 0x88, 0xb2, 0x1e], 74),
  },
  {
    rule: 'wallet-bech32',
    type: 'CRYPTO',
    proven: true,
    value: (random) => bech32.encode(oneOf(random, ['bc', 'ltc', 'tb']), [0, ...bech32.toWords(bytes(random, 20))]),
  },
  {
    rule: 'wallet-bech32',
    type: 'CRYPTO',
    proven: true,
    value: (random) => bech32m.encode('bc', [1, ...bech32m.toWords(bytes(random, 32))]),
  },
  {
    rule: 'wallet-bech32',
    type: 'CRYPTO',
    proven: true,
    value: (random) => bech32.encode('addr', bech32.toWords(bytes(random, 57)), 128),
  },
  {
    rule: 'wallet-ethereum',
    type: 'CRYPTO',
    proven: true,
    // letters of both cases, or nothing but the words around it would prove it
    value: (random) => {
      for (;;) {
        const value = ethereumCase(drawn(random, '0123456789abcdef', 40))
        if (/[a-f]/.test(value) && /[A-F]/.test(value)) return value
      }
    },
  },
  {
    rule: 'wallet-ethereum',
    type: 'CRYPTO',
    proven: false,
    value: (random) => `0x${drawn(random, '0123456789abcdef', 40)}`,
    said: (value) => `send it to my wallet ${value}, please`,
  },
  {
    rule: 'wallet-solana',
    type: 'CRYPTO',
    proven: false,
    value: (random) => base58.encode(bytes(random, 32)),
    said: (value) => `my Solana address is ${value}.`,
  },
  {
    rule: 'wallet-private-key',
    type: 'PRIVATE_KEY',
    proven: true,
    value: (random) => base58Checked(random, [0x80], 32, oneOf(random, [[], [0x01]])),
  },
  {
    rule: 'wallet-private-key',
    type: 'PRIVATE_KEY',
    proven: true,
    value: (random) => base58Checked(random, [0x04, 0x88, 0xad, 0xe4], 74),
  },
  {
    rule: 'wallet-private-key',
    type: 'PRIVATE_KEY',
    proven: true,
    value: (random) => base58xrp.encode(checked(Uint8Array.from([0x21, ...bytes(random, 16)]), twice)),
  },
  {
    rule: 'wallet-hex-key',
    type: 'PRIVATE_KEY',
    proven: false,
    value: (random) => drawn(random, '0123456789abcdef', 64),
    said: (value) => `the private key of my eth wallet was ${value}`,
  },
  {
    rule: 'wallet-seed-phrase',
    type: 'SECRET',
    proven: false,
    value: (random) => Array.from({ length: oneOf(random, [12, 15, 24]) }, () => oneOf(random, WORDS)).join(' '),
    said: (value) => `my seed phrase is: ${value}\nplease keep it`,
  },
  {
    rule: 'bank-identifier-code',
    type: 'SWIFT_CODE',
    proven: false,
    value: (random) =>
      `${drawn(random, LETTERS, 4)}${oneOf(random, ['DE', 'FR', 'GB', 'CH', 'US'])}${drawn(random, LETTERS + DIGITS, 2)}${oneOf(random, ['', 'XXX'])}`,
    said: (value) => `BIC: ${value}`,
  },
]
