import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { isShown, SHAPES } from '../../src/redactors/secrets/vendor-key.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { secretMakers } from './makers/secrets.ts'

const scan = createScan(RULES)
/** What must stand in front of the keys that are nothing without it. */
const CONTEXT: Readonly<Record<string, string>> = {
  'kubernetes-bootstrap': 'token=',
  sonarqube: 'sonar.login=',
  thingsboard: 'http://thingsboard.cloud/api/v1/',
}
/** And behind them. */
const AFTER: Readonly<Record<string, string>> = { thingsboard: '/telemetry' }
/** Without what stands around a key: the generator knows no look-around. */
const core = (shape: RegExp) =>
  new RegExp(`^(?:${shape.source.replace(/\(\?<?[=!](?:\[[^\]]*\]|\((?:[^()])*\)|[^()[\]])*\)/g, '')})$`)

describe('keys of every vendor are found whole, wherever their literals stand in the list', () => {
  it.each(SHAPES.map(([name, , shape]) => ({ name, shape })))('$name', ({ name, shape }) => {
    const whole = new RegExp(`^(?:${shape.source})`, shape.flags)
    const context = CONTEXT[name] ?? 'use token '
    const after = AFTER[name] ?? ' now'
    fc.assert(
      fc.property(fc.stringMatching(core(shape)), (key) => {
        fc.pre(!isShown(key))
        fc.pre(name in CONTEXT || whole.exec(key)?.[0] === key)
        const spans = scan(`${context}${key}${after}`)
        expect(spans.some((s) => s.start <= context.length && s.end >= context.length + key.length)).toBe(true)
      }),
      { numRuns: 15, seed: 7 },
    )
  })
})

describe('made values are found whole', () => {
  it.each(secretMakers.map((maker, index) => ({ maker, name: maker.rule, index })))(
    '$name $index',
    ({ maker, index }) => {
      const random = seeded(index + 1)
      for (let n = 0; n < 12; n++) {
        const value = maker.value(random)
        const text = maker.said?.(value) ?? value
        const at = text.indexOf(value)
        const found = scan(text).find((span) => span.start <= at && span.end >= at + value.length)
        expect([text, found?.type]).toEqual([text, maker.type])
      }
    },
  )
})

it('a key inside a longer word is no key', () => {
  expect(scan(`x${['AK', 'IA'].join('')}QXRBLKTZWMJFVNHS`)).toEqual([])
})
