import type { Rule } from '../rule.ts'
import { email } from './email.ts'
import { ipv4, ipv6 } from './ip-address.ts'
import { mac } from './mac-address.ts'
import { phone } from './phone.ts'

/** Where somebody, or his machine, is reached. */
export const contact: readonly Rule[] = [email, mac, ipv4, ipv6, phone]
