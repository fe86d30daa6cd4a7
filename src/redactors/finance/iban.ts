import { remainder97 } from '../checks.ts'
import { compactOf, type Rule } from '../rule.ts'

/** Length by country, of the SWIFT registry of IBAN formats. */
const LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ' +
    'ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((row) => [row.slice(0, 2), Number(row.slice(2))] as const),
)

const HEAD = /(?:(?<![A-Za-z0-9])|(?<=(?<![A-Za-z0-9])IBAN))([A-Za-z]{2})[ -]?\d[ -]?\d/g

/** International bank account numbers (ISO 13616): a country with its length, and the check of ISO 7064, remainder 1 modulo 97. Blanks and hyphens between groups are allowed. */
export const iban: Rule = {
  name: 'iban',
  type: 'IBAN',
  digits: 8,
  proven: true,
  canonical: compactOf,
  find(text, hit) {
    for (const { 1: country = '', index } of text.matchAll(HEAD)) {
      const length = LENGTHS.get(country.toUpperCase())
      if (length === undefined) continue
      const end = endOf(text, index, length)
      if (end === null) continue
      if (isValid(compactOf(text.slice(index, end)))) hit(index, end)
    }
  },
}

/** End of exactly `length` letters and digits that begin at `at`, with at most one blank or hyphen between two; null where a further one follows. */
function endOf(text: string, at: number, length: number): number | null {
  let seen = 0
  let i = at
  for (; seen < length; i++) {
    const char = text[i] ?? ''
    if (/[A-Za-z0-9]/.test(char)) seen++
    else if (!/[ -]/.test(char) || !/[A-Za-z0-9]/.test(text[i + 1] ?? '')) return null
  }
  return /[A-Za-z0-9]/.test(text[i] ?? '') ? null : i
}

/** The check of a number whose first four characters stand at the end. */
const isValid = (compact: string): boolean => remainder97(compact.slice(4) + compact.slice(0, 4)) === 1
