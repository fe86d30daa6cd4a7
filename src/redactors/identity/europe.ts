import type { Rule } from '../rule.ts'
import { austriaSwitzerland } from './austria-switzerland.ts'
import { baltic } from './baltic.ts'
import { centralEurope } from './central-europe.ts'
import { euVat } from './eu-vat.ts'
import { france } from './france.ts'
import { germany } from './germany.ts'
import { ireland } from './ireland.ts'
import { italy } from './italy.ts'
import { lowCountries } from './low-countries.ts'
import { nordic } from './nordic.ts'
import { poland } from './poland.ts'
import { portugal } from './portugal.ts'
import { southEastEurope } from './south-east-europe.ts'
import { spain } from './spain.ts'
import { turkey } from './turkey.ts'

/** Continental Europe, Ireland and Turkey. Where a number could be that of several countries, the word beside it decides, or else the order here. */
export const europe: readonly Rule[] = [
  ...italy,
  ...spain,
  ...germany,
  ...france,
  ...nordic,
  ...poland,
  ...turkey,
  ...lowCountries,
  ...austriaSwitzerland,
  ...portugal,
  ...ireland,
  ...centralEurope,
  ...southEastEurope,
  ...baltic,
  ...euVat,
]
