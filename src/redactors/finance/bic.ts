import { near, type Rule } from '../rule.ts'

const CODE = /(?<![A-Za-z0-9])[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])/g
const WORDS = /(?:\b|_)(?:swift|bic)(?:\b|_|code)|\bbank(?:leitzahl| (?:identifier|code))/i
/** Countries and territories of ISO 3166-1, and XK. */
const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL ' +
    'CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT ' +
    'GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY ' +
    'MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN ' +
    'PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT ' +
    'TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'
  ).split(' '),
)

/** Codes of banks (ISO 9362): four letters of the bank, two of a country, two of a place, three of a branch. They carry no check, so a word stands near. */
export const bic: Rule = {
  name: 'bank-identifier-code',
  type: 'SWIFT_CODE',
  anchors: ['swift', 'bic', 'bankleitzahl', 'bank identifier', 'bank code'],
  find(text, hit) {
    for (const { 0: found, 1: country = '', index } of text.matchAll(CODE)) {
      const end = index + found.length
      if (COUNTRIES.has(country) && near(text, index, end, WORDS, 32, 16)) hit(index, end, 0.8)
    }
  },
}
