import { contact } from './contact/contact.ts'
import { finance } from './finance/finance.ts'
import { identity } from './identity/identity.ts'
import { KNOWN_NAME } from './person/known-name.ts'
import { personRules, type Sensitivity } from './person/person.ts'
import type { Rule } from './rule.ts'
import { secrets } from './secrets/secrets.ts'

/** Every built-in rule, in the order in which they name what several are equally sure of: secrets, checked numbers, addresses, telephones, persons. */
export const rulesFor = (names: Sensitivity): readonly Rule[] => [
  ...secrets,
  ...finance,
  ...identity,
  ...contact,
  ...personRules(names),
]

/** The rules of a house that has said nothing. */
export const RULES = rulesFor('low')

/** What built-in rules are called at any sensitivity. */
export const BUILT_IN: readonly Pick<Rule, 'name' | 'type'>[] = [...RULES, KNOWN_NAME]
