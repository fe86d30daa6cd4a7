import type { Rule } from '../rule.ts'
import { birthDate, birthDateElsewhere } from './birth-date.ts'
import { medicalRecord } from './medical-record.ts'

/** How readily a name of a person or a postal address is seen. */
export type Sensitivity = 'off' | 'low' | 'high'

/** What tells of a person: birth, records, address, name. Births and records are found at any sensitivity. */
export const personRules = (_sensitivity: Sensitivity): readonly Rule[] => [
  birthDate,
  birthDateElsewhere,
  medicalRecord,
]
