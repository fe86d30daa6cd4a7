import { contactMakers } from './contact.ts'
import { financeMakers } from './finance.ts'
import { identityEuropeMakers } from './identity-europe.ts'
import { identityWorldMakers } from './identity-world.ts'
import type { Maker } from './maker.ts'
import { personMakers } from './person.ts'
import { secretMakers } from './secrets.ts'
import { spokenMakers } from './spoken.ts'

/** Makers of every kind that the rules find. */
export const makers: readonly Maker[] = [
  ...secretMakers,
  ...spokenMakers,
  ...financeMakers,
  ...identityWorldMakers,
  ...identityEuropeMakers,
  ...contactMakers,
  ...personMakers,
]
