import type { Rule } from '../rule.ts'
import { addressTold } from './address-told.ts'
import { addressee } from './addressee.ts'
import { birthDate, birthDateElsewhere } from './birth-date.ts'
import { honorific } from './honorific.ts'
import { introduction } from './introduction.ts'
import { knownName } from './known-name.ts'
import { letterFrom, letterTo } from './letter.ts'
import { readLexicon } from './lexicon.ts'
import { medicalRecord } from './medical-record.ts'
import { nameField } from './name-field.ts'
import { postBox } from './post-box.ts'
import { postcode } from './postcode.ts'
import { streetAddress } from './street-address.ts'

/** How readily a name of a person or a postal address is seen. */
export type Sensitivity = 'off' | 'low' | 'high'

/** Found at any sensitivity. */
const ALWAYS: readonly Rule[] = [birthDate, birthDateElsewhere, medicalRecord]
/** Names and addresses that the words around them, or their own form, tell. */
const TOLD: readonly Rule[] = [
  honorific,
  introduction,
  letterTo,
  letterFrom,
  nameField,
  addressee,
  streetAddress,
  addressTold,
  postBox,
  postcode,
]

/**
 * What tells of a person: birth, records, address, name. Births and records are found at any sensitivity; `high` reads a
 * lexicon of names, which takes some 0.3 s.
 */
export function personRules(sensitivity: Sensitivity): readonly Rule[] {
  if (sensitivity === 'off') return ALWAYS
  return sensitivity === 'low' ? [...ALWAYS, ...TOLD] : [...ALWAYS, ...TOLD, knownName(readLexicon())]
}
