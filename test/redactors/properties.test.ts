import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LogEvent } from '../../src/core/event.ts'
import { createRedactor } from '../../src/redactors/index.ts'
import { READINGS } from '../../src/redactors/readings/readings.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { createSieve } from '../../src/redactors/sieve.ts'
import { viewOf } from '../../src/redactors/view.ts'
import { seeded } from '../../src/stats/seeded.ts'
import { disguises } from './disguises.ts'
import type { Maker } from './makers/maker.ts'
import { samples } from './samples.ts'

const redactor = createRedactor({ key: new Uint8Array(32).fill(3) })
const scan = createScan(RULES)

/** Every list of makers there is, and perhaps other lists beside them. */
const files = readdirSync(join(import.meta.dirname, 'makers')).map((name) => basename(name, '.ts'))
const makers = (await Promise.all(files.map((name) => import(`./makers/${name}.ts`) as Promise<object>)))
  .flatMap((file) => Object.values(file).filter(Array.isArray))
  .flat() as Maker[]
const proven = makers.filter((maker) => typeof maker.value === 'function' && maker.proven)

const plainSecret = fc.constantFrom(...Object.values(samples).filter((s) => s !== samples.hex))
const disguised = fc
  .tuple(plainSecret, fc.constantFrom(...disguises), fc.nat())
  .map(([value, { apply, fits }, seed]) => (fits?.(value) === false ? value : apply(value, seeded(seed))))
const secret = fc.oneof(plainSecret, disguised)
const filler = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    ' ',
    '\n',
    ': ',
    '=',
    '"',
    '\\n',
    '\\"',
    '\u200b',
    '[',
    ']',
    '@',
    '://',
    'key',
    'password=',
    '(',
    '-',
    '+',
    '12',
    '.5',
    'Bearer ',
  ),
)
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: filler }, { weight: 1, arbitrary: secret }), { maxLength: 14 })
  .map((p) => p.join(''))

it('redacting twice changes nothing', () => {
  fc.assert(
    fc.property(text, (t) => {
      const once = redactor.text(t)
      expect(redactor.text(once)).toBe(once)
    }),
    { numRuns: 1500, seed: 11 },
  )
})

it('redacting an event twice changes nothing', () => {
  fc.assert(
    fc.property(text, fc.jsonValue({ stringUnit: 'binary' }), text, (prompt, attributes, name) => {
      const event = {
        event_id: 'e',
        timestamp: 't',
        event_type: 'x',
        prompt,
        attributes: { [name]: attributes },
      } as LogEvent
      const once = redactor.event(event)
      expect(redactor.event(once)).toEqual(once)
    }),
    { numRuns: 300, seed: 12 },
  )
})

it('of a secret between blanks in ordinary words, the secret alone is replaced', () => {
  const words = fc
    .array(fc.constantFrom('the', 'quick', 'fox', 'said', 'hello', 'there', 'and', 'left'), { maxLength: 6 })
    .map((w) => w.join(' '))
  const plain = fc.constantFrom(
    'email',
    'card',
    'iban',
    'ssn',
    'ipv4',
    'ipv6',
    'github',
    'aws',
    'openai',
    'stripe',
    'npm',
    'jwt',
    'phone',
  ) as fc.Arbitrary<keyof typeof samples>
  fc.assert(
    fc.property(words, plain, words, (before, kind, after) => {
      const out = redactor.text(`${before} ${samples[kind]} ${after}`)
      expect(out).toMatch(/^[a-z ]*\[[A-Z_]+:[0-9a-f]{16}\][a-z ]*$/)
      expect(out.replace(/\[[^\]]+\]/, '')).toBe(`${before}  ${after}`)
    }),
    { numRuns: 300, seed: 13 },
  )
})

it('parts lie in order, apart from each other and inside the text', () => {
  fc.assert(
    fc.property(text, (t) => {
      let from = 0
      for (const { start, end } of scan(t)) {
        expect(start).toBeGreaterThanOrEqual(from)
        expect(end).toBeGreaterThan(start)
        from = end
      }
      expect(from).toBeLessThanOrEqual(t.length)
    }),
    { numRuns: 500, seed: 14 },
  )
})

it('the sieve lets no match through the mesh', () => {
  const sieve = createSieve(RULES)
  fc.assert(
    fc.property(text, (t) => {
      const { rules } = sieve(t)
      for (const [index, rule] of RULES.entries()) {
        if (rules.includes(index)) continue
        rule.find(t, (start, end) => expect.fail(`${rule.name} matched ${t.slice(start, end)} unasked`))
      }
    }),
    { numRuns: 400, seed: 15 },
  )
})

it('a view maps every part back to where it came from', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), text, (a, b) => {
      const t = `${a}${b}`
      const view = viewOf(t, true)
      let last = 0
      for (let i = 0; i < view.text.length; i++) {
        const [start, end] = view.origin(i, i + 1)
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        expect(end).toBeLessThanOrEqual(t.length)
        last = start
        if (/[a-z]/.test(view.text[i] as string) && end - start === 1 && t.charCodeAt(start) < 128)
          expect(t[start]).toBe(view.text[i])
      }
    }),
    { numRuns: 300, seed: 16 },
  )
})

it('a reading maps every part back to where it came from, in order, and says where it differs', () => {
  fc.assert(
    fc.property(text, (t) => {
      for (const { read } of READINGS) {
        const made = read(t)
        if (made === null) continue
        let last = 0
        for (let i = 0; i < made.text.length; i++) {
          const [start, end] = made.origin(i, i + 1)
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(t.length)
          last = start
          const [from, to] = made.touched(i, i + 1)
          if (from === to) expect(t.slice(start, end)).toBe(made.text[i])
        }
      }
    }),
    { numRuns: 400, seed: 17 },
  )
})

it('what lies outside of the parts comes out unchanged and in order', () => {
  const own = /\[[A-Z][A-Z_]+:[0-9a-f]{16}\]/g
  fc.assert(
    fc.property(text, (t) => {
      const parts = scan(t)
      const kept = [
        ...parts.map(({ start }, k) => t.slice(parts[k - 1]?.end ?? 0, start)),
        t.slice(parts.at(-1)?.end ?? 0),
      ]
      // where a second pass finds more, more is replaced
      fc.pre(!t.includes(';base64,') && scan(kept.join('[EMAIL:3f9a7c21d4e05b66]')).length === 0)
      expect(redactor.text(t).replace(own, '')).toBe(kept.join('').replace(own, ''))
    }),
    { numRuns: 150, seed: 18 },
  )
})

it('what has a checksum or an unmistakable form is found in every disguise, all of it', () => {
  expect(proven.length).toBeGreaterThan(3)
  const random = seeded(19)
  const missed: string[] = []
  let tried = 0
  for (const maker of proven) {
    for (const { name, fits, apply } of disguises) {
      const value = maker.value(random)
      if (fits?.(value) === false) continue
      const hidden = apply(value, random)
      const said = `before ${maker.said?.(hidden) ?? hidden} after`
      const at = said.indexOf(hidden)
      tried++
      if (!scan(said).some(({ start, end }) => start <= at && end >= at + hidden.length)) {
        missed.push(`${maker.rule} behind ${name}`)
      }
    }
  }
  expect(tried).toBeGreaterThan(500)
  expect(missed.length / tried, [...new Set(missed)].join('; ')).toBeLessThan(0.02)
})
