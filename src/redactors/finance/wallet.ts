import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { base58, base58xmr, base58xrp, bech32, bech32m } from '@scure/base'
import { isAlone, near, type Rule } from '../rule.ts'

/** A whole word of Base58, from the shortest address to the longest extended key. */
export const BASE58_WORD = /(?<![A-Za-z0-9])[1-9A-HJ-NP-Za-km-z]{25,112}(?![A-Za-z0-9])/g
const BECH32 =
  /(?<![A-Za-z0-9])(?:bc|tb|bcrt|ltc|tltc|addr|addr_test|stake|cosmos|osmo)1[ac-hj-np-z02-9]{38,110}(?![A-Za-z0-9])/gi
const ETHEREUM = /(?<![A-Za-z0-9])0x([0-9a-f]{40})(?![A-Za-z0-9])/gi
const ETHEREUM_WORDS =
  /wallet|address|account|\beth\b|ether|metamask|\bens\b|\berc|\bnft|usd[ct]\b|polygon|arbitrum|\bbsc\b|contract|token|transfer|\bsen[dt]\b|\bpay|deposit|withdraw|\bdai\b|0x[0-9a-f]{64}/i
const SOLANA_WORDS = /solana|\bsol\b|phantom|\bspl\b|crypto|wallet/i

/** Bytes before the check of an address: one of version (Bitcoin, Litecoin, Dogecoin, Tron, Ripple), two (Zcash), three (Tezos), and the hash of a key or a script. */
const ADDRESS = new Set([21, 22, 23])
/** Bytes before the check of an extended key (BIP 32). */
export const EXTENDED_KEY = 78
/** The same of a public key and a view key (Monero), and with a payment id. */
const MONERO = new Set([65, 73])

/**
 * Wallet addresses in Base58 that carry a check: Bitcoin and its kin, Tron, Tezos, Ripple (the same in an alphabet of its
 * own) by a doubled SHA-256, Monero by Keccak-256; and extended public keys, which give away all addresses of a wallet.
 */
const inBase58: Rule = {
  name: 'wallet-base58',
  type: 'CRYPTO',
  word: 25,
  proven: true,
  find(text, hit) {
    for (const { 0: word, index } of text.matchAll(BASE58_WORD)) {
      if (isAddress(word)) hit(index, index + word.length)
    }
  },
}

function isAddress(word: string): boolean {
  const first = word[0] as string
  if (word.length >= 95) {
    if (/^[a-zA-Z]pub/.test(word)) return payloadOf(base58.decode(word))?.length === EXTENDED_KEY
    return '48'.includes(first) && isMonero(word)
  }
  if (word.length > 36) return false
  if (first === 'r' && ADDRESS.has(payloadOf(base58xrp.decode(word))?.length ?? 0)) return true
  return ADDRESS.has(payloadOf(base58.decode(word))?.length ?? 0)
}

/** What stands before a check of four bytes, the beginning of a doubled SHA-256; null where the check is wrong. */
export function payloadOf(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < 5) return null
  const payload = bytes.subarray(0, -4)
  return endsWith(bytes, sha256(sha256(payload))) ? payload : null
}

function isMonero(word: string): boolean {
  try {
    const bytes = base58xmr.decode(word)
    return MONERO.has(bytes.length - 4) && endsWith(bytes, keccak_256(bytes.subarray(0, -4)))
  } catch {
    return false // a block of eleven characters that no eight bytes give
  }
}

const endsWith = (bytes: Uint8Array, check: Uint8Array): boolean =>
  [0, 1, 2, 3].every((i) => bytes[bytes.length - 4 + i] === check[i])

/** Addresses in Bech32 (BIP 173) and Bech32m (BIP 350): Bitcoin, Litecoin, Cardano, Cosmos. The check lets one accident in 2^30 through. */
const inBech32: Rule = {
  name: 'wallet-bech32',
  type: 'CRYPTO',
  anchors: ['bc1', 'tb1', 'bcrt1', 'ltc1', 'addr1', 'addr_test1', 'stake1', 'cosmos1', 'osmo1'],
  proven: true,
  canonical: (match) => match.toLowerCase(),
  find(text, hit) {
    for (const { 0: word, index } of text.matchAll(BECH32)) {
      if ((bech32.decodeUnsafe(word, 128) ?? bech32m.decodeUnsafe(word, 128)) !== undefined)
        hit(index, index + word.length)
    }
  },
}

/** Ethereum addresses. In mixed case the case is the check (EIP-55); in one case alone a word stands near them, or they have the text to themselves. */
const ethereum: Rule = {
  name: 'wallet-ethereum',
  type: 'CRYPTO',
  anchors: ['0x'],
  proven: true,
  canonical: (match) => match.toLowerCase(),
  find(text, hit) {
    for (const { 0: found, 1: digits = '', index } of text.matchAll(ETHEREUM)) {
      const end = index + found.length
      const mixed = /[a-f]/.test(digits) && /[A-F]/.test(digits)
      const meant = mixed
        ? isEip55(digits)
        : isAlone(text, index, end) || near(text, index, end, ETHEREUM_WORDS, 64, 32)
      if (meant && !/^(.)\1+$/.test(digits)) hit(index, end)
    }
  },
}

/** EIP-55: a letter is a capital where the digit of the Keccak-256 of the lower-case address at its place is 8 or more. */
function isEip55(digits: string): boolean {
  const hash = keccak_256(new TextEncoder().encode(digits.toLowerCase()))
  return [...digits].every((char, i) => {
    const nibble = ((hash[i >> 1] as number) >> (i % 2 === 0 ? 4 : 0)) & 15
    return char === (nibble >= 8 ? char.toUpperCase() : char.toLowerCase())
  })
}

/** Solana's addresses carry no check: 32 bytes in Base58, near a word. */
const solana: Rule = {
  name: 'wallet-solana',
  type: 'CRYPTO',
  anchors: ['solana', 'sol', 'phantom', 'spl', 'crypto', 'wallet'],
  word: 32,
  find(text, hit) {
    for (const { 0: word, index } of text.matchAll(BASE58_WORD)) {
      if (word.length < 32 || word.length > 44 || !/[1-9]/.test(word) || !/[A-Z]/.test(word) || !/[a-z]/.test(word))
        continue
      if (!near(text, index, index + word.length, SOLANA_WORDS)) continue
      if (base58.decode(word).length === 32) hit(index, index + word.length, 0.8)
    }
  },
}

export const wallets: readonly Rule[] = [inBase58, inBech32, ethereum, solana]
