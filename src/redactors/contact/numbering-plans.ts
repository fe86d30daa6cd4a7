import { createRequire } from 'node:module'
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max'

const load = createRequire(import.meta.url)

/**
 * What the plans of numbers know of a number, undefined where it is none.
 * @param country whose number it is where it does not say
 */
export function readNumber(text: string, country?: CountryCode): PhoneNumber | undefined {
  // the plans of all countries take as long to read as all other rules, and most processes meet no number
  const { parsePhoneNumberFromString } = load('libphonenumber-js/max') as typeof import('libphonenumber-js/max')
  return parsePhoneNumberFromString(text, country)
}
