import { contact } from './contact/contact.ts'
import { finance } from './finance/finance.ts'
import { identity } from './identity/identity.ts'
import { person } from './person/person.ts'
import type { Rule } from './rule.ts'
import { secrets } from './secrets/secrets.ts'

/** Every rule, in the order in which they name what they share: secrets, checked numbers, addresses, telephones, persons. */
export const RULES: readonly Rule[] = [...secrets, ...finance, ...identity, ...contact, ...person]
