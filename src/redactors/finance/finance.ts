import type { Rule } from '../rule.ts'
import { bic } from './bic.ts'
import { card } from './card.ts'
import { iban } from './iban.ts'
import { wallets } from './wallet.ts'
import { walletKeys } from './wallet-key.ts'

/** Numbers of cards, accounts and wallets. */
export const finance: readonly Rule[] = [card, iban, ...walletKeys, ...wallets, bic]
