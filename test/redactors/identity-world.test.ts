import { stdnum } from 'stdnum'
import { describe, expect, it } from 'vitest'
import { CHECKS, mod11and2, mod11and10, remainder97, verhoeff } from '../../src/redactors/checks.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { identityWorldMakers } from './makers/identity-world.ts'
import { drawn } from './makers/maker.ts'

const scan = createScan(RULES)
const found = (text: string): string[] => scan(text).map((span) => `${span.rule}: ${text.slice(span.start, span.end)}`)

const ruleOf = (name: string) => {
  const rule = RULES.find((one) => one.name === name)
  if (rule === undefined) throw new Error(`there is no rule ${name}`)
  return rule
}
/** What one rule alone says of a text. */
const finds = (name: string, text: string): boolean => {
  let any = false
  ruleOf(name).find(text, () => {
    any = true
  })
  return any
}

describe.each(identityWorldMakers.map((maker) => [maker.rule, maker] as const))('%s', (name, maker) => {
  const random = seeded(7)
  const values = Array.from({ length: 40 }, () => maker.value(random))

  it('is found, whole and under its name', () => {
    const alone = createScan([ruleOf(name)])
    for (const value of values) {
      const text = maker.said?.(value) ?? value
      expect(alone(text).map(({ start, end }) => text.slice(start, end))).toEqual([value])
      // a number can have the form of another country's, too, and then that may name it
      expect(found(text).map((line) => line.replace(/^.*?: /, ''))).toEqual([value])
    }
  })

  it('is not seen in a longer word, number, price or path of numbers', () => {
    for (const value of values) {
      for (const text of [`${value}4711`, `4711${value}`, `x-${value}`, `${value}-x4`, `€${value}`]) {
        for (const span of scan(maker.said?.(text) ?? text)) {
          expect(text.slice(span.start, span.end)).not.toBe(value)
        }
      }
    }
  })
})

/** Rules with a check digit, a form to draw numbers from, what says their name, and a second opinion. */
const opinions: [name: string, form: string, said: string, validator: string][] = [
  ['uk-national-insurance', 'AB000000C', 'nino', 'GB.nino'],
  ['ca-social-insurance', '400000000', 'SIN', 'CA.sin'],
  ['au-business', '90000000000', 'ABN', 'AU.abn'],
  ['au-tax-file', '900000000', 'TFN', 'AU.tfn'],
  ['au-company', '000000000', 'ACN', 'AU.acn'],
  ['nz-tax', '090000000', 'IRD', 'NZ.ird'],
  ['in-aadhaar', '900000000000', 'Aadhaar', 'IN.aadhaar'],
  ['sg-entity', '50000000A', 'UEN', 'SG.uen'],
  ['sg-entity', '200000000A', 'UEN', 'SG.uen'],
  ['th-identity', '3100000000000', 'Thai ID', 'TH.idnr'],
  ['cn-resident', '11010119800101000X', '身份证', 'CN.ric'],
  ['hk-identity', 'A000000(0)', 'HKID', 'HK.hkid'],
  ['tw-identity', 'A100000000', 'Taiwan', 'TW.natid'],
  ['kr-business', '181-81-00000', 'BRN', 'KR.brn'],
  ['za-identity', '8001015000080', 'South African ID', 'ZA.idnr'],
  ['il-identity', '300000000', 'Israeli ID', 'IL.idnr'],
  ['br-person', '90000000000', 'CPF', 'BR.cpf'],
  ['br-company', '11222333000000', 'CNPJ', 'BR.cnpj'],
  ['mx-population', 'BOXW310820HNERXN00', 'CURP', 'MX.curp'],
  ['ar-tax', '20-00000000-0', 'CUIT', 'AR.cuit'],
  ['cl-person', '10000000-0', 'RUT', 'CL.rut'],
]

describe('a second opinion', () => {
  it.each(opinions)('agrees on %s of the form %s', (name, form, said, validator) => {
    const [country = '', kind = ''] = validator.split('.')
    const opinion = stdnum[country]?.[kind]
    const random = seeded(3)
    const disputed: string[] = []
    let accepted = 0
    for (let i = 0; i < 1500; i++) {
      const value = form.replace(/0(?!1|8|9)|(?<=[0(])\d(?=\)?$)|A$|X$/g, (c) =>
        drawn(random, c === 'A' ? 'ABCDEFGHJKLMNRSWXZ' : c === 'X' ? '0123456789X' : '0123456789', 1),
      )
      const ours = finds(name, `${said} ${value}`)
      if (ours !== opinion?.validate(value).isValid) disputed.push(value)
      if (ours) accepted++
    }
    expect(disputed.slice(0, 5)).toEqual([])
    expect(accepted).toBeGreaterThan(10)
  })
})

describe('check digits', () => {
  it.each([
    ['luhn', '79927398713', '79927398710'],
    ['mod97', '79444', '79445'],
    ['mod11', '0306406152', '0306406153'],
    ['mod11', '080442957X', '0804429570'],
    ['verhoeff', '2363', '2364'],
    ['mod11-10', '794623', '794632'],
  ] as const)('%s holds for %s and not for %s', (name, right, wrong) => {
    expect(CHECKS[name](right)).toBe(true)
    expect(CHECKS[name](wrong)).toBe(false)
  })

  it('of ISO 7064 hold for published numbers', () => {
    expect(mod11and2('0000000218250097')).toBe(true) // an ORCID
    expect(mod11and10('86095742719')).toBe(true)
    expect(remainder97('969500KN90DZLHUN3566')).toBe(1) // a legal entity identifier
    expect(verhoeff('234123412346')).toBe(true)
  })

  it('of what is no number are false, and nothing throws', () => {
    for (const check of Object.values(CHECKS)) for (const text of ['', 'abc', '12 34', '٣٤', '💳', '-']) check(text)
    for (const name of ['luhn', 'verhoeff', 'mod11', 'mod11-10'] as const) expect(CHECKS[name]('12a4')).toBe(false)
  })
})

describe('a number that is sent alone is meant as one', () => {
  it.each([
    ['021000021', 'us-bank-routing'],
    ['3222-7162-7', 'us-bank-routing'],
    ['1245319599', 'us-health-provider'],
    ['911701234', 'us-taxpayer'],
    ['9434765919', 'uk-nhs'],
    ['jk 12 34 56 b', 'uk-national-insurance'],
    ['AB51 ABC', 'uk-vehicle'],
    ['51824753556', 'au-business'],
    ['876 543 210', 'au-tax-file'],
    ['234123412346', 'in-aadhaar'],
    ['ABCPE1234F', 'in-tax-account'],
    ['"KA53ME3456"', 'in-vehicle'],
    ['2345678901234', 'th-identity'],
  ])('%s', (text, rule) => expect(found(text)[0]).toContain(rule))

  it.each(['1736937045', '1700000003', '1736937045123', '123456789', '900000000', '421042111', '12345678'])(
    '%s says too little',
    (text) => expect(found(text)).toEqual([]),
  )
})

describe('what looks like an identity number survives', () => {
  it.each([
    'order 046454286 has shipped',
    'order_id: 9434765919',
    'ticket 130692544 is closed',
    'trace 1245319599 took 12 ms',
    'the part AB123456C fits',
    'batch S1234567A',
    'SKU ABC1234567',
    'model KA-2021-B',
    'sensor AB51 reads 20',
    'invoice A12345678 of May',
    'commit 1a2b3c4d5e6f7a8b9c0d',
    'EAN 4006381333931',
    'ISBN 9780306406157',
    'room M1 1AA',
    'build 112212345612',
    'the license key is required',
    'license: MIT',
    'Australian shares rose by 876 points',
    'a company of 824 people',
    'bank holiday on 2024-05-27',
    'account id 123456789012',
    'passport.js 0.7.0',
    'the TIN roof, 600 m²',
    'he committed a sin 12345 times',
    'GST is 15%',
    'plates of 20-25 cm',
    'aba 12 000 345',
    'version 1.234.567.890-12',
    '0.876543210',
    '-876543210',
    '876543210.5',
    '$876543210',
    '876543210%',
    'sha 9434765919abcdef',
    'https://example.com/item/1245319599',
    'run 800101-500-0087',
    'rows from 192021222 to 192021223 in this table',
    'uid: 1000, gid: 1000',
    'phase 784-A',
    'points (123, 456, 789)',
    'patient number 4 of 10',
    'medical records 2019-2023',
    'medical record of 2023-05-12',
    'the chart shows 12345 users',
    'patients: 12345',
    'the patient is 45 years old',
    'born in 1972',
    'Mozart was born on 27 January 1756',
    'born again in 2010-2012',
    'birth rate of May 2020',
    'today is 5/20/2021',
    'the firm was founded on 12 March 1980',
    'newborns in 2021-05-03 data',
  ])('%s', (text) => expect(found(text)).toEqual([]))
})

describe('dates of birth', () => {
  it.each([
    ['DOB: 03/12/1980', '03/12/1980'],
    ['D.O.B. 12-Mar-80', '12-Mar-80'],
    ['{"dateOfBirth":"1980-03-12"}', '1980-03-12'],
    ['"birth_date": "1980-03-12T00:00:00Z"', '1980-03-12'],
    ['dob=19800312&x=1', '19800312'],
    ['She was born on 2/8/1935. Her name', '2/8/1935'],
    ["Tell me your date of birth. It's 6/24/1991", '6/24/1991'],
    ['born in Leeds on the 3rd of August, 1962', '3rd of August, 1962'],
    ['12.03.1980 (DOB)', '12.03.1980'],
    ['geb. am 12. März 1980', '12. März 1980'],
    ['Geburtsdatum: 12.03.1980', '12.03.1980'],
    ['née le 3 août 1962', '3 août 1962'],
    ['date de naissance : 03/08/1962', '03/08/1962'],
    ['nacida el 4 de mayo de 1971', '4 de mayo de 1971'],
    ['data di nascita 04/05/1971', '04/05/1971'],
    ['nata a Roma il 4 maggio 1971', '4 maggio 1971'],
    ['geboortedatum 12-03-1980', '12-03-1980'],
    ['född den 12 mars 1980', '12 mars 1980'],
    ['urodzony 12 marca 1980', '12 marca 1980'],
    ['дата рождения: 12.03.1980', '12.03.1980'],
    ['生年月日：1985年3月12日', '1985年3月12日'],
    ['생년월일: 1990년 5월 3일', '1990년 5월 3일'],
  ])('%s', (text, date) =>
    expect(scan(text).map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([['DATE_OF_BIRTH', date]]),
  )
})

describe('medical record numbers', () => {
  it.each([
    ['MRN: 12345678', '12345678'],
    ['MRN 00-12-34', '00-12-34'],
    ['medical record number is AB123456.', 'AB123456'],
    ['{"patient_id":"P-884422"}', 'P-884422'],
    ['patientId=99887766', '99887766'],
    ['Patient no. 445 566 was; patient number: 1234567', '1234567'],
    ['Fallnummer 2023-004512', '2023-004512'],
    ['historia clínica nº 778899', '778899'],
    ['hospital no: H123456', 'H123456'],
    ['chart #55667', '55667'],
  ])('%s', (text, number) =>
    expect(scan(text).map(({ type, start, end }) => [type, text.slice(start, end)])).toContainEqual([
      'MEDICAL_RECORD',
      number,
    ]),
  )
})
