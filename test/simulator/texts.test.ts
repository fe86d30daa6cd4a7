import { describe, expect, it } from 'vitest'
import { card, facts, iban } from '../../src/simulator/facts.ts'
import { type Phrase, phrase, phrases, say, slotsOf } from '../../src/simulator/grammar.ts'
import { PROBE_KINDS, probeText } from '../../src/simulator/probes.ts'
import { Random } from '../../src/simulator/random.ts'
import { nearRefusal, refuse } from '../../src/simulator/refusals.ts'
import { tidy, worded } from '../../src/simulator/style.ts'
import { topics } from '../../src/simulator/texts/index.ts'
import { fitting } from '../../src/simulator/topic.ts'

describe('a phrase', () => {
  const vocabulary = {
    facts: { item: phrases(['cup', 'jug', 'pot']) },
    words: { nice: phrases(['fine', 'good', 'neat']) },
  }

  it('takes one of its choices, also of those within', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 60; i++) seen.add(say(phrase('[a|b [c|d]|]!'), vocabulary, new Map(), new Random(`${i}`)))
    expect(seen).toEqual(new Set(['a!', 'b c!', 'b d!', '!']))
  })

  it('remembers facts and chooses words anew', () => {
    const text = say(phrase('{item} {item} {item}'), vocabulary, new Map(), new Random('x'))
    expect(new Set(text.split(' ')).size).toBe(1)
    const words = say(phrase('{nice} '.repeat(40)), vocabulary, new Map(), new Random('x')).trim()
    expect(new Set(words.split(' ')).size).toBe(3)
  })

  it('takes a character after a backslash as it stands', () => {
    expect(say(phrase('\\{a\\[1\\]\\}'), vocabulary, new Map(), new Random('x'))).toBe('{a[1]}')
  })

  it.each(['[a|b', '{a'])('%s left open is a mistake', (template) => {
    expect(() => phrase(template)).toThrow('left open')
  })
})

describe.each(topics.map((topic) => [topic.name, topic] as const))('the texts on %s', (_, topic) => {
  const { intents, declined, details, vocabulary } = topic
  const all: Phrase[] = [
    ...intents.flatMap((i) => [...i.ask, ...i.more, ...[...i.lead, ...i.points].map((s) => s.phrase)]),
    ...declined.flatMap((d) => [...d.ask, ...d.act]),
    ...details,
    ...Object.values(vocabulary.words).flat(),
  ]

  it('name only facts and words that exist', () => {
    const slots = new Set(all.flatMap(slotsOf))
    expect([...slots].filter((slot) => !(slot in vocabulary.facts) && !(slot in vocabulary.words))).toEqual([])
  })

  it('use every fact and word of their own', () => {
    const own = Object.keys({ ...vocabulary.facts, ...vocabulary.words }).filter((name) => !(name in facts))
    const slots = new Set(all.flatMap(slotsOf))
    const shared = new Set(['please', 'could', 'want', 'best', 'problem', 'explain', 'help', 'usually', 'note'])
    const unused = own.filter((name) => !slots.has(name) && !shared.has(name) && !SPOKEN_BY_STYLE.has(name))
    expect(unused).toEqual([])
  })

  it('leave no bracket behind', () => {
    const random = new Random(topic.name)
    for (const one of all) expect(say(one, vocabulary, new Map(), random)).not.toMatch(/[[\]|]|undefined/)
  })
})

const SPOKEN_BY_STYLE = new Set(['hello', 'thanks', 'context', 'urgency', 'sure', 'close'])

it('an answer is chosen by the words that it shares with the question', () => {
  const from = topics.find(({ name }) => name === 'smalltalk')!.intents.find(({ name }) => name === 'words')!.lead
  const random = new Random('fit')
  const hits = Array.from({ length: 200 }, () => fitting('Is it "fewer" or "less"?', from, random)).filter(
    (sentence) => sentence === from[3],
  )
  expect(hits.length).toBeGreaterThan(150)
})

it('card numbers and IBANs have right check digits', () => {
  const random = new Random('checks')
  for (let i = 0; i < 200; i++) {
    const digits = [...card(random).replaceAll(' ', '')].map(Number)
    const sum = digits.reverse().reduce((total, digit, at) => {
      const value = at % 2 === 1 ? digit * 2 : digit
      return total + (value > 9 ? value - 9 : value)
    }, 0)
    expect(digits.length).toBe(16)
    expect(sum % 10).toBe(0)
    const account = iban(random)
    const moved = `${account.slice(4)}${account.slice(0, 4)}`.replace(/[A-Z]/g, (c) => String(c.charCodeAt(0) - 55))
    expect(account).toHaveLength(22)
    expect(BigInt(moved) % 97n).toBe(1n)
  }
})

it('refusals come in hundreds of wordings', () => {
  const random = new Random('no')
  const seen = new Set(Array.from({ length: 500 }, () => refuse('share that', 'data', random)))
  expect(seen.size).toBeGreaterThan(400)
  for (const text of seen) expect(text).not.toMatch(/[[\]{}|]| {2}/)
  expect(new Set(Array.from({ length: 200 }, () => nearRefusal(random))).size).toBeGreaterThan(30)
})

it('probes of every kind and strength are spoken whole', () => {
  const random = new Random('probes')
  for (const kind of PROBE_KINDS)
    for (const strength of [0.1, 0.5, 0.9])
      expect(probeText({ kind, strength }, random)).not.toMatch(/[[\]{}|]|undefined/)
})

it('a sentence begins with a capital letter and takes the right article', () => {
  expect(tidy('a hour. this is an user of an NDA and a SQL a X-ray')).toBe(
    'An hour. This is a user of an NDA and an SQL an X-ray',
  )
})

it('careless people slip, others do not', () => {
  const random = new Random('style')
  const text = 'Where is my delivery with the kettle that should have arrived yesterday?'
  expect(worded(text, { register: 'plain', typos: 0 }, random)).toBe(text)
  expect(worded(text, { register: 'plain', typos: 1 }, random)).not.toBe(text)
  expect(worded(text, { register: 'terse', typos: 0 }, random)).not.toMatch(/\?$/)
})
