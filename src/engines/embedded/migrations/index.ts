import { first } from './001-first.ts'
import { order } from './002-order.ts'
import { amendments } from './003-amendments.ts'

/** Schema changes in the order in which they are applied; the number applied is the store's `user_version`. */
export const migrations: readonly string[] = [first, order, amendments]
