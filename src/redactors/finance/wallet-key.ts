import { base58, base58xrp } from '@scure/base'
import { near, type Rule } from '../rule.ts'
import { BASE58_WORD, EXTENDED_KEY, payloadOf } from './wallet.ts'

/** Bytes before the check: a private key (Wallet Import Format), the same for a compressed public key, and one under a password (BIP 38). */
const IMPORTED = new Set([33, 34, 39])
/** The seed of a Ripple wallet: one byte of version, sixteen of seed. */
const RIPPLE_SEED = 17

/** Keys that open a wallet, in Base58 with a check: Wallet Import Format, extended private keys (BIP 32), BIP 38, Ripple's seeds. */
const key: Rule = {
  name: 'wallet-private-key',
  type: 'PRIVATE_KEY',
  word: 25,
  proven: true,
  find(text, hit) {
    for (const { 0: word, index } of text.matchAll(BASE58_WORD)) {
      if (opens(word)) hit(index, index + word.length)
    }
  },
}

function opens(word: string): boolean {
  if (word.length >= 107) return /^[a-zA-Z]prv/.test(word) && payloadOf(base58.decode(word))?.length === EXTENDED_KEY
  if (word.length >= 50 && word.length <= 58) return IMPORTED.has(payloadOf(base58.decode(word))?.length ?? 0)
  return word[0] === 's' && word.length <= 30 && payloadOf(base58xrp.decode(word))?.length === RIPPLE_SEED
}

const HEX_KEY = /(?<![A-Za-z0-9])(?:0x)?[0-9a-f]{64}(?![A-Za-z0-9])/gi
const KEY_WORDS = /\b(?:private|secret|priv|spend|signing)[ _-]?key\b/i
const WALLET_WORDS = /wallet|crypto|bitcoin|ether|\b(?:btc|eth|sol|xmr|trx)\b|metamask|ledger|0x/i

/** A private key in hexadecimal is told from a hash by two words: one of a private key before it, one of wallets about it. */
const hexKey: Rule = {
  name: 'wallet-hex-key',
  type: 'PRIVATE_KEY',
  anchors: [
    'private key',
    'private_key',
    'private-key',
    'secret key',
    'priv key',
    'spend key',
    'signing key',
    'privatekey',
  ],
  canonical: (match) => match.replace(/^0x/i, '').toLowerCase(),
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(HEX_KEY)) {
      const end = index + found.length
      if (
        near(text, index, end, KEY_WORDS, 64, 0) &&
        (/^0x/i.test(found) || near(text, index, end, WALLET_WORDS, 96, 48))
      )
        hit(index, end, 0.9)
    }
  },
}

/** How a phrase is announced; up to a few words may stand between the announcement and the phrase. */
const ANNOUNCED =
  /\b(?:(?:seed|recovery|backup|mnemonic|secret|wallet|pass)[ _-]?(?:phrase|words?)|mnemonic|bip-?39|seed(?=["']?\s{0,2}[:=]))\b(?:[ \t]{1,2}(?:is|are|was|i have|for my wallet|to my wallet|of my wallet|reads|as follows|below|here|words?|\(\d{2} words\)|\d{2} words)){0,3}[ \t]{0,2}["'“”:=>\-–\n ,.]{0,6}/gi
/** One word of a phrase (BIP 39: three to eight letters), with its number where the words are listed. */
const WORD = /(?:\d{1,2}[.):]? ?)?([a-z]{3,8})(?![\w'’])/y
const GAP = /[ \t,;|]{1,3}(?:\n[ \t]{0,4})?|\n[ \t]{0,4}/y
const LENGTHS = new Set([12, 15, 18, 21, 24])
/** Words of sentences, none of them in the English list of BIP 39. */
const SENTENCE =
  /^(?:the|and|for|not|are|was|were|with|your|yours|from|but|has|had|his|her|its|our|their|them|which|who|how|please|should|would|could|may|might|must|been|being|because|these|those|any|does|did|also|into|some|every|lost|words|phrase|phrases|mnemonic|wallets)$/

/** Recovery phrases of wallets (BIP 39): 12, 15, 18, 21 or 24 short lower-case words behind words that announce one, none a word that sentences are made with. */
const seedPhrase: Rule = {
  name: 'wallet-seed-phrase',
  type: 'SECRET',
  anchors: [
    'seed',
    'mnemonic',
    'recovery',
    'backup',
    'secret phrase',
    'secret words',
    'wallet',
    'passphrase',
    'pass phrase',
    'bip39',
    'bip-39',
  ],
  canonical: (match) =>
    match
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.join(' ') ?? match,
  find(text, hit) {
    for (const { 0: announced, index } of text.matchAll(ANNOUNCED)) {
      const start = index + announced.length
      let end = start
      let count = 0
      for (let at = start; count <= 24; ) {
        WORD.lastIndex = at
        const word = WORD.exec(text)
        if (word === null || SENTENCE.test(word[1] as string)) break
        count++
        end = WORD.lastIndex
        GAP.lastIndex = end
        if (GAP.exec(text) === null) break
        at = GAP.lastIndex
      }
      if (LENGTHS.has(count)) hit(start, end, 0.95)
    }
  },
}

export const walletKeys: readonly Rule[] = [key, hexKey, seedPhrase]
