import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { identityEuropeMakers, isRight, ROWS } from './makers/identity-europe.ts'
import { filled } from './makers/identity-world.ts'
import { oneOf } from './makers/maker.ts'

const scan = createScan(RULES)
const found = (text: string): string[] => scan(text).map((span) => text.slice(span.start, span.end))
const types = (text: string): string[] => scan(text).map((span) => span.type)

/** Whether one rule alone says that all of a value, with its words in front, is one. */
function finds(name: string, said: string, value: string): boolean {
  const text = `${said}: ${value}`
  let whole = false
  RULES.find((rule) => rule.name === name)?.find(text, (start, end) => {
    whole ||= text.slice(start, end) === value
  })
  return whole
}

describe.each(identityEuropeMakers.map((maker, at) => [`${maker.rule} (${at})`, maker] as const))('%s', (_, maker) => {
  it('is found, whole', () => {
    const random = seeded(21)
    for (let i = 0; i < 10; i++) {
      const value = maker.value(random)
      expect(found(`${maker.said?.(value)}, in row ${i}`)).toEqual([value])
      if (maker.proven) expect(found(`and ${value} stands here`)).toEqual([value])
    }
  })
})

/** With words beside them they are taken as they are printed, without a check digit. */
const UNCHECKED = new Set(['de-id-card', 'de-passport'])

describe('a second opinion', () => {
  it.each(
    ROWS.filter(({ judge, rule }) => !(judge instanceof RegExp) && !UNCHECKED.has(rule)).map(
      (row) => [row.rule, row.forms[0] ?? '', row] as const,
    ),
  )('agrees on %s of the form %s', (rule, _, { forms, judge, said }) => {
    const random = seeded(22)
    const disputed: string[] = []
    for (let i = 0; i < 300; i++) {
      const value = filled(random, oneOf(random, forms))
      if (finds(rule, said, value) !== isRight(judge, value)) disputed.push(value)
    }
    expect(disputed.slice(0, 5)).toEqual([])
  })
})

describe('numbers in sentences', () => {
  it.each([
    ['Mein Personalausweis hat die Nummer L01X00T47.', ['DE_ID_CARD']],
    ['El NIE de la clienta es X1234567L', ['ES_NIE']],
    ['Mi DNI es 12345678Z, gracias', ['ES_NIF']],
    ['Il mio codice fiscale: RSSMRA85T10A562S', ['IT_FISCAL_CODE']],
    ['henkilötunnus on 131052-308T', ['FI_PERSONAL_IDENTITY_CODE']],
    ['10000000146', ['TR_NATIONAL_ID']],
    ['HRB 12345 beim Amtsgericht Köln', ['DE_HANDELSREGISTER']],
    ['B-AB 1234', ['DE_KFZ']],
    ['06 JK 567', ['TR_LICENSE_PLATE']],
    ['{"partita_iva": "00743110157"}', ['IT_VAT_CODE']],
    ['00743110157 and 01333550323', ['IT_VAT_CODE', 'IT_VAT_CODE']],
    ['Steuer-ID 86095742719', ['DE_TAX_ID']],
    ['VAT FR40303265045', ['EU_VAT_ID']],
    ['RSSMRA85T10A562T', ['IT_FISCAL_CODE']],
  ])('%s', (text, expected) => expect(types(text)).toEqual(expected))

  it.each([
    'the flag takes 12345678Z as it is',
    'const size = 16777216L',
    'order 44051401458',
    'L01X00T47',
    'room B AB 12 and C CD 34',
    'route 34 A 12',
    'DE123456789 is a wrong one',
    '2026-01-15 10:30:45',
    'ticket 850101/12345',
    '1736937045123',
    '12/345/6789',
    'build 871220-2384',
    'Apollo 11 landed on 200769',
  ])('%s holds none', (text) => expect(types(text)).toEqual([]))
})
