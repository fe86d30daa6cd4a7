import { createRedactor } from '../src/redactors/index.ts'
import type { Rule } from '../src/redactors/rule.ts'
import { RULES } from '../src/redactors/rules.ts'
import { compare, medianOf, ratioOf } from './bench-compare.ts'
import type { Bench } from './bench-row.ts'
import { eventsOf } from './bench-texts.ts'

const TEXTS = 2_000
const HOSTILE_BYTES = 64 * 1024

/** Texts made to be slow: what opens a rule's search again and again and never completes it, and what has to be read twice. */
const HOSTILE = [
  ...['a@', '1 ', '4111 ', 'password=', 'eyJ', '-----BEGIN ', 'sk-', '+1(', '://a:', 'Bearer ', '\'"', '12:', 'DE89'],
  ...['1\n', 'a1\n', '4 ', 'four ', 'one 1 ', '%41', '&#65;', '\\u0041', '\u200b', '１', 'aа'],
  ...['NDExMTExMTExMTExMTExMQ== ', 'QUJD', '3431', '34 31 '],
]

/**
 * The redactor, against every one of its rules over every text, against a loop that only looks at every character, and
 * on hostile texts against ordinary ones.
 */
export const redaction: Bench = async ({ rounds }, say) => {
  say(`${TEXTS} texts, ${rounds} times`)
  const key = new Uint8Array(32)
  const ours = createRedactor({ key })
  const chain = createRedactor({ key, rules: RULES.map(everywhere) })
  const texts = eventsOf(TEXTS / 2, 5).flatMap(({ prompt, response }) => [String(prompt), String(response)])
  const bytes = texts.reduce((sum, text) => sum + text.length, 0)
  const differing = texts.filter((text) => ours.text(text) !== chain.text(text)).length
  if (differing > 0) say(`${differing} texts come out differently: the ratio below means nothing`)
  const through = (text: (one: string) => string) => ({
    run: () => {
      for (const one of texts) text(one)
      return bytes / 1e6
    },
  })
  const rates = await compare(rounds, {
    ours: through((one) => ours.text(one)),
    peer: through((one) => chain.text(one)),
    bare: through(lookedAt),
  })

  say('hostile texts')
  const hostile = await compare(
    rounds,
    Object.fromEntries(
      HOSTILE.map((piece) => {
        const text = piece.repeat(Math.ceil(HOSTILE_BYTES / piece.length))
        return [piece, { run: () => ours.text(text).length && text.length / 1e6 }]
      }),
    ),
  )
  const worst = Math.min(...Object.values(hostile).map(medianOf))
  return [
    {
      name: 'redact.speed',
      what: 'our redactor / all of its rules over every text, equal output',
      ours: medianOf(rates.ours),
      peer: medianOf(rates.peer),
      unit: 'MB/CPU-s',
      ratio: ratioOf(rates.ours, rates.peer),
      goal: { atLeast: 5 },
    },
    {
      name: 'redact.bare',
      what: 'our redactor / a loop that looks at every character once',
      ours: medianOf(rates.ours),
      peer: medianOf(rates.bare),
      unit: 'MB/CPU-s',
      ratio: ratioOf(rates.ours, rates.bare),
      goal: null,
    },
    {
      name: 'redact.adversarial',
      what: `time per byte of the worst of ${HOSTILE.length} hostile texts of 64 kB / of ordinary texts`,
      ours: 1 / worst,
      peer: 1 / medianOf(rates.ours),
      unit: 'CPU-µs/byte',
      ratio: medianOf(rates.ours) / worst,
      goal: { atMost: 10 },
    },
  ]
}

/** A bare scan: what the cheapest possible look at a text costs. */
function lookedAt(text: string): string {
  let all = 0
  for (let i = 0; i < text.length; i++) all |= text.charCodeAt(i)
  return all === 0 ? '' : text
}

/** A rule without what tells beforehand that it has nothing to find. */
function everywhere({ anchors: _anchors, digits: _digits, word: _word, ...rule }: Rule): Rule {
  return rule
}
