import { luhn, mod11, mod11and2, verhoeff, weighted } from '../../../src/redactors/checks.ts'
import { drawn, type Maker, oneOf } from './maker.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const ALPHABETS: Readonly<Record<string, string>> = {
  n: '0123456789',
  N: '123456789',
  a: LETTERS,
  m: 'ACDEFGHJKMNPQRTUVWXY', // letters of a Medicare beneficiary identifier
  c: 'BCDFGHJKLMNPQRSTVWXYZ',
  x: `0123456789${LETTERS}`,
}

const two = (n: number): string => String(n).padStart(2, '0')
const below = (random: () => number, n: number): number => Math.floor(random() * n)

/** Year, month and day of somebody grown up. */
function birthday(random: () => number): { y: string; yy: string; mm: string; dd: string } {
  const year = 1950 + below(random, 50)
  return { y: String(year), yy: two(year % 100), mm: two(1 + below(random, 12)), dd: two(1 + below(random, 28)) }
}

/** A form filled in: `{n…}` draws from the alphabets, `{y}` `{yy}` `{mm}` `{dd}` are parts of one day. */
export const filled = (random: () => number, form: string): string => {
  const day = birthday(random)
  return form.replace(/\{(\w+)\}/g, (_, key: string) =>
    key in day
      ? day[key as keyof typeof day]
      : [...key].map((kind) => drawn(random, ALPHABETS[kind] as string, 1)).join(''),
  )
}

/** The first filled form whose letters and digits pass a check. */
function checked(random: () => number, form: string, check: (compact: string) => boolean): string {
  for (;;) {
    const value = filled(random, form)
    if (check(value.replace(/[^A-Za-z0-9]/g, ''))) return value
  }
}

const rest11 = (n: string, weights: readonly number[]) => weighted(n, weights) % 11

/** The two last digits of a person's number of Brazil: weights from the left, ten counting as nothing. */
const isCpf = (n: string): boolean =>
  (rest11(n.slice(0, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 10) * 10 +
    (rest11(n.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) % 10) ===
  Number(n.slice(9))

interface Row {
  rule: string
  type: string
  proven?: true
  forms: readonly string[]
  check?: (compact: string) => boolean
  said: string
}

/** Forms, checks written out anew where they are short, and a sentence with the word that a weak number needs. */
const ROWS: readonly Row[] = [
  {
    rule: 'us-social-security',
    type: 'SSN',
    forms: ['{nnn}-{nn}-{nnnn}'],
    check: (n) => /^(?!000|666|9)...(?!00)..(?!0000)/.test(n),
    said: 'My SSN is @.',
  },
  {
    rule: 'us-taxpayer',
    type: 'US_ITIN',
    forms: ['9{nn}-7{n}-{nnnn}', '9{nn}8{n}{nnnn}'],
    check: (n) => !/^...89/.test(n),
    said: 'The ITIN is @.',
  },
  {
    rule: 'us-bank-routing',
    type: 'ABA_ROUTING',
    forms: ['02{nnnnnnn}', '32{nn}-{nnnn}-{n}'],
    check: (n) => weighted(n, [3, 7, 1]) % 10 === 0,
    said: 'Use routing number @ for the wire.',
  },
  {
    rule: 'us-health-provider',
    type: 'US_NPI',
    forms: ['1{nnnnnnnnn}'],
    check: (n) => luhn(`80840${n}`),
    said: 'The NPI of the doctor is @.',
  },
  {
    rule: 'us-medicare',
    type: 'US_MBI',
    forms: ['{Nmnn}-{mnn}-{mmnn}', '{Nmmn}{mmn}{mmnn}'],
    said: 'Her Medicare beneficiary identifier reads @.',
  },
  {
    rule: 'us-medical-licence',
    type: 'MEDICAL_LICENSE',
    forms: ['B{a}{nnnnnnn}', 'M{a}{nnnnnnn}'],
    check: (n) => weighted(n.slice(2, 8), [1, 2]) % 10 === Number(n[8]),
    said: 'DEA number @',
  },
  { rule: 'us-passport', type: 'US_PASSPORT', forms: ['{a}{nnnnnnnn}'], said: 'my passport number is @' },
  {
    rule: 'us-driver-licence',
    type: 'US_DRIVER_LICENSE',
    forms: ['{a}{nnnnnnn}', '{nnnnnnn}', '{nnnn}-{nn}-{nnnn}', '{a}{nnnnnnnnnnnn}'],
    said: "My driver's license number is @.",
  },
  { rule: 'us-bank-account', type: 'US_BANK_NUMBER', forms: ['{Nnnnnnnnn}'], said: 'my bank account @ is empty' },
  {
    rule: 'uk-nhs',
    type: 'UK_NHS',
    forms: ['4{nn} {nnn} {nnnn}', '6{nnnnnnnnn}'],
    check: mod11,
    said: 'NHS number: @',
  },
  {
    rule: 'uk-national-insurance',
    type: 'UK_NINO',
    forms: ['AB {nn} {nn} {nn} C', 'JK{nnnnnn}A'],
    said: 'national insurance number @',
  },
  {
    rule: 'uk-driving-licence',
    type: 'UK_DRIVING_LICENCE',
    proven: true,
    forms: ['{aaaaa}{n}{mm}{dd}{n}{aa}{n}{aa}', '{aaa}99{n}{mm}{dd}{n}A9{n}{aa}'],
    said: 'driving licence @',
  },
  { rule: 'uk-passport', type: 'UK_PASSPORT', forms: ['{cc}{nnnnnnn}'], said: 'British passport @' },
  {
    rule: 'uk-vehicle',
    type: 'UK_VEHICLE_REGISTRATION',
    forms: ['AB1{n} {ccc}'],
    check: (n) => !/[IQ]/.test(n),
    said: 'the car with the number plate @',
  },
  { rule: 'uk-postcode', type: 'UK_POSTCODE', forms: ['LS{N} {n}AB', 'SW{N}A {n}AA'], said: 'our postcode is @' },
  {
    rule: 'ca-social-insurance',
    type: 'CA_SIN',
    forms: ['4{nn} {nnn} {nnn}', '1{nnnnnnnn}'],
    check: luhn,
    said: 'my SIN is @',
  },
  {
    rule: 'au-business',
    type: 'AU_ABN',
    forms: ['{Nn} {nnn} {nnn} {nnn}', '{Nnnnnnnnnnn}'],
    check: (n) => (weighted(n, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0,
    said: 'The ABN is @.',
  },
  {
    rule: 'au-tax-file',
    type: 'AU_TFN',
    forms: ['{Nnn} {nnn} {nnn}'],
    check: (n) => rest11(n, [1, 4, 3, 7, 5, 8, 6, 9, 10]) === 0,
    said: 'my tax file number @',
  },
  {
    rule: 'au-company',
    type: 'AU_ACN',
    forms: ['0{nn} {nnn} {nnn}', '6{nnnnnnnn}'],
    check: (n) => (weighted(n.slice(0, 8), [8, 7, 6, 5, 4, 3, 2, 1]) + Number(n[8])) % 10 === 0,
    said: 'company with ACN @',
  },
  {
    rule: 'au-medicare',
    type: 'AU_MEDICARE',
    forms: ['2{nnn} {nnnnn} {N}', '4{nnnnnnnn}{N}'],
    check: (n) => weighted(n.slice(0, 8), [1, 3, 7, 9]) % 10 === Number(n[8]),
    said: 'Medicare card @',
  },
  {
    rule: 'in-aadhaar',
    type: 'IN_AADHAAR',
    forms: ['3{nnn} {nnnn} {nnnn}', '7{nnnnnnnnnnn}'],
    check: verhoeff,
    said: 'Aadhaar number @',
  },
  { rule: 'in-tax-account', type: 'IN_PAN', forms: ['{aaa}P{a}{nnnn}{a}'], said: 'PAN card @' },
  { rule: 'in-goods-tax', type: 'IN_GSTIN', proven: true, forms: ['27{aaa}P{a}{nnnn}{a}1Z{x}'], said: 'GSTIN @' },
  { rule: 'in-voter', type: 'IN_VOTER', forms: ['{aaa}{nnnnnnn}'], said: 'voter id @' },
  { rule: 'in-vehicle', type: 'IN_VEHICLE_REGISTRATION', forms: ['KA{nn}{aa}{Nnnn}'], said: 'vehicle @' },
  {
    rule: 'sg-entity',
    type: 'SG_UEN',
    forms: ['5{nnnnnnn}{a}', '20{nnnnnnn}{a}'],
    check: (n) =>
      n.length === 9
        ? 'XMKECAWLJDB'[rest11(n.slice(0, 8), [10, 4, 9, 3, 8, 2, 7, 1])] === n[8]
        : 'ZKCMDNERGWH'[rest11(n.slice(0, 9), [10, 8, 6, 4, 9, 7, 5, 3, 1])] === n[9],
    said: 'UEN @',
  },
  {
    rule: 'sg-identity',
    type: 'SG_NRIC_FIN',
    forms: ['S{nnnnnnn}{a}', 'F{nnnnnnn}{a}'],
    check: (n) =>
      (n.startsWith('S') ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[rest11(n.slice(1, 8), [2, 7, 6, 5, 4, 3, 2])] === n[8],
    said: 'NRIC @',
  },
  {
    rule: 'th-identity',
    type: 'TH_TNIN',
    forms: ['3{nnnnnnnnnnnn}', '1-10{nn}-{nnnnn}-{nn}-{n}'],
    check: (n) =>
      /^.(?:[134]\d|2[0-7]|5[0-8]|[67][0-7]|[89][0-6])/.test(n) &&
      (11 - rest11(n.slice(0, 12), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) % 10 === Number(n[12]),
    said: 'Thai national ID @',
  },
  { rule: 'ph-tax', type: 'PH_TIN', forms: ['{Nnn}-{nnn}-{nnn}'], said: 'the TIN is @' },
  {
    rule: 'cn-resident',
    type: 'CN_RESIDENT_ID',
    proven: true,
    forms: ['110101{y}{mm}{dd}{nnn}{n}', '440305{y}{mm}{dd}{nnn}X'],
    check: mod11and2,
    said: '身份证号码@',
  },
  {
    rule: 'kr-resident',
    type: 'KR_RRN',
    forms: ['{yy}{mm}{dd}-1{nnnnnn}', '{yy}{mm}{dd}2{nnnnnn}'],
    check: (n) =>
      (11 - rest11(n.slice(0, 12), [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])) % 10 === Number(n[12]) &&
      !/^.{8}9[6-9]/.test(n),
    said: '주민등록번호 @',
  },
  {
    rule: 'kr-business',
    type: 'KR_BRN',
    forms: ['1{nn}-81-{nnnnn}'],
    check: (n) => (weighted(n, [1, 3, 7, 1, 3, 7, 1, 3, 5, 1]) + Math.floor((Number(n[8]) * 5) / 10)) % 10 === 0,
    said: '사업자등록번호 @',
  },
  {
    rule: 'jp-individual',
    type: 'JP_MY_NUMBER',
    forms: ['{Nnnn} {nnnn} {nnnn}'],
    check: (n) => {
      const rest = rest11(n.slice(0, 11), [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
      return (rest < 2 ? 0 : 11 - rest) === Number(n[11])
    },
    said: 'マイナンバーは @',
  },
  {
    rule: 'za-identity',
    type: 'ZA_ID_NUMBER',
    proven: true,
    forms: ['{yy}{mm}{dd}5{nnn}08{n}'],
    check: luhn,
    said: 'my South African ID is @',
  },
  { rule: 'ng-identity', type: 'NG_NIN', forms: ['{Nnnnnnnnnnn}'], check: verhoeff, said: 'my NIN is @' },
  {
    rule: 'ng-vehicle',
    type: 'NG_VEHICLE_REGISTRATION',
    forms: ['KJA-{nnn}{aa}'],
    said: 'plate number @',
  },
  {
    rule: 'br-person',
    type: 'BR_CPF',
    forms: ['{nnn}.{nnn}.{nnn}-{nn}', '{Nnnnnnnnnnn}'],
    check: isCpf,
    said: 'meu CPF é @',
  },
  {
    rule: 'imei',
    type: 'IMEI',
    forms: ['35{nnnnnnnnnnnnn}'],
    check: luhn,
    said: 'IMEI @',
  },
]

const numbers: readonly Maker[] = ROWS.map(({ rule, type, proven = false, forms, check = () => true, said }) => ({
  rule,
  type,
  proven,
  value: (random) => checked(random, oneOf(random, forms), check),
  said: (value) => said.replace('@', () => value),
}))

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** Numbers of persons, firms and vehicles outside the continent of Europe, dates of birth and numbers of patients. */
export const identityWorldMakers: readonly Maker[] = [
  ...numbers,
  {
    rule: 'birth-date',
    type: 'DATE_OF_BIRTH',
    proven: false,
    value: (random) => {
      const { y, mm, dd } = birthday(random)
      const month = MONTHS[Number(mm) - 1] as string
      return oneOf(random, [
        `${y}-${mm}-${dd}`,
        `${mm}/${dd}/${y}`,
        `${dd}.${mm}.${y}`,
        `${month} ${Number(dd)}, ${y}`,
        `${Number(dd)} ${month} ${y}`,
      ])
    },
    said: (value) => `My date of birth is ${value}.`,
  },
  {
    rule: 'medical-record',
    type: 'MEDICAL_RECORD',
    proven: false,
    value: (random) => filled(random, oneOf(random, ['{Nnnnnnn}', '{aa}{nnnnnn}', '{nn}-{nn}-{nnn}'])),
    said: (value) => `The medical record number is ${value}.`,
  },
]
