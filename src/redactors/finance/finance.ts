import type { Rule } from '../rule.ts'
import { card } from './card.ts'
import { iban } from './iban.ts'

/** Numbers of cards, accounts and wallets. */
export const finance: readonly Rule[] = [card, iban]
