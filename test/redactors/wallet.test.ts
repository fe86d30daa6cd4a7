import { describe, expect, it } from 'vitest'
import { walletKeys } from '../../src/redactors/finance/wallet-key.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { explain } from './explain.ts'
import { financeMakers } from './makers/finance.ts'

const found = (text: string): string[] =>
  explain(text).map((span) => `${span.rule}: ${text.slice(span.start, span.end)}`)

describe.each(financeMakers.map((maker, at) => [`${maker.rule} (${at})`, maker] as const))('%s', (_, maker) => {
  const random = seeded(11)
  const values = Array.from({ length: 60 }, () => maker.value(random))

  it('is found, whole and under its name', () => {
    for (const value of values) {
      const text = maker.said?.(value) ?? `it is ${value}, as I said`
      expect(explain(text).map((span) => [span.type, text.slice(span.start, span.end)])).toEqual([[maker.type, value]])
    }
  })

  // a card or an account with one character changed may be another one
  if (!maker.proven || /card|iban/.test(maker.rule)) return
  it('is nothing with one character changed', () => {
    for (const value of values) {
      const at = value.length - 3
      const other = value[at] === 'q' ? 'w' : value[at] === 'Q' ? 'W' : /[A-Z]/.test(value[at] as string) ? 'Q' : 'q'
      expect(found(`it is ${value.slice(0, at)}${other}${value.slice(at + 1)}, as I said`)).toEqual([])
    }
  })
})

/** Without the rules for secrets that are said, which may see a phrase, too. */
const keysOf = createScan(walletKeys)

const phrase = 'river candle forest violin pepper anchor saddle marble window copper lemon turtle'

describe('wallets', () => {
  it.each([
    ['the address of the first block', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', 'wallet-base58'],
    ['the example of BIP 173', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'wallet-bech32'],
    ['the example of EIP-55', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'wallet-ethereum'],
    ['the account zero of Ripple', 'rrrrrrrrrrrrrrrrrrrrrhoLvTp', 'wallet-base58'],
  ])('%s is one', (_, value, rule) => expect(found(`pay ${value} today`)).toEqual([`${rule}: ${value}`]))

  it.each([
    ['the same in wrong case', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'],
    ['a hash with 0x', 'commit 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
    ['an address of zeros', 'address 0x0000000000000000000000000000000000000000'],
    ['a word of letters', 'Donaudampfschiffahrtsgesellschaftskapitaen'],
    ['an id in Base58', 'wallet id 7Np41oeYqPefeNQEHSv1UDhYrehxin3NStELsSKCT4K2extra0'],
  ])('%s is none', (_, text) => expect(found(text)).toEqual([]))

  it('gives one placeholder to both spellings of an address', () => {
    const [mixed, small] = ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed']
    expect(explain(`${mixed} and wallet ${small}`).map(({ value }) => value)).toEqual([small, small])
  })
})

describe('recovery phrases', () => {
  it.each([
    [`my seed phrase is ${phrase}`],
    [`Recovery phrase: ${phrase}.`],
    [`mnemonic="${phrase}"`],
    [`MNEMONIC=${phrase}\n`],
    [`{"seed": "${phrase}"}`],
    [`secret recovery phrase (12 words):\n${phrase.replaceAll(' ', '\n')}`],
    [
      `backup words\n${phrase
        .split(' ')
        .map((word, i) => `${i + 1}. ${word}`)
        .join('\n')}`,
    ],
    [`the seed words are ${phrase.replaceAll(' ', ', ')}`],
  ])('%j gives one away', (text) => {
    const spans = keysOf(text)
    expect(spans.map(({ rule }) => rule)).toEqual(['wallet-seed-phrase'])
    expect(text.slice(spans[0]?.start, spans[0]?.end)).toMatch(/river[\s\S]*turtle$/)
  })

  it.each([
    ['Your seed phrase is something that nobody else must ever see, keep it offline and safe from fire and water.'],
    ['a mnemonic: never eat shredded wheat'],
    ['The recovery phrase consists of twelve words chosen from a list.'],
    [`my favourite words: ${phrase}`],
    [`seed phrase: ${phrase} violin`],
    ['We planted the seed last spring near some tall birch trees behind that wooden fence'],
  ])('%j gives none away', (text) => expect(keysOf(text)).toEqual([]))
})

describe('codes of banks', () => {
  it.each([
    ['SWIFT: DEUTDEFF', 'DEUTDEFF'],
    ['BIC COBADEFFXXX', 'COBADEFFXXX'],
    ['{"bic": "INGBNL2A"}', 'INGBNL2A'],
  ])('%s', (text, code) => expect(found(text)).toEqual([`bank-identifier-code: ${code}`]))
  it.each(['SWIFT PAYMENTS ARE SLOW', 'ABCDEFGH', 'Taylor Swift in CONCERT', 'BIC: ABCDXX22'])('%s has none', (text) =>
    expect(found(text)).toEqual([]),
  )
})
