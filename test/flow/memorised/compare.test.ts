import { expect, it } from 'vitest'
import type { LogEvent } from '../../../src/core/event.ts'
import { answerOf } from '../../../src/flow/memorised/answer.ts'
import { sharedPassages } from '../../../src/flow/memorised/compare.ts'
import { fingerprinter } from '../../../src/flow/memorised/fingerprints.ts'
import { GRAM, gramsOf, LEAST_WORDS, unquoted } from '../../../src/flow/memorised/passage.ts'
import { wordsOf } from '../../../src/flow/memorised/words.ts'
import { seeded } from '../../../src/stats/seeded.ts'
import { dressed, wordsBy } from './texts.ts'

const key = new Uint8Array(32).fill(5)
const printsOf = fingerprinter(key, 'acme')
let n = 0

function answer(response: string, over: Partial<LogEvent> = {}) {
  const seq = n++
  const event = { event_id: `e${seq}`, user_id: `u${seq}`, prompt: wordsBy(seq)(6), response, ...over }
  return answerOf({ seq, ts: seq, received: seq, event: event as never }, printsOf)
}
const lengths = (a: string, b: string, over: Partial<LogEvent>[] = []) => {
  const [one, other] = [answer(a, over[0]), answer(b, over[1])]
  return one === null || other === null ? [] : sharedPassages(one, other).map(({ here }) => here.to - here.from)
}

it('finds every passage of thirty-eight words, wherever it stands, and none of fewer', () => {
  const random = seeded(8)
  const words = wordsBy(9)
  const some = () => Math.floor(random() * 90)
  for (let round = 0; round < 150; round++) {
    const long = words(LEAST_WORDS + Math.floor(random() * 40))
    const around = () => `${words(some())} ${long} ${words(some())}`
    expect(lengths(around(), around()), `round ${round}`).toEqual([long.split(' ').length])
    const short = words(LEAST_WORDS - 1)
    expect(lengths(`${words(60)} ${short} ${words(60)}`, `${words(60)} ${short} ${words(60)}`)).toEqual([])
  }
})

it('does not mind another dress, nor a word that was changed in a passage that is long enough without', () => {
  const words = wordsBy(10)
  const passage = words(110)
  expect(lengths(`${words(30)} ${passage}`, `${dressed(passage)} ${words(9)}`)).toEqual([110])
  const changed = passage.split(' ').with(55, 'otherwise').join(' ')
  expect(lengths(`${words(30)} ${passage}`, `${words(12)} ${changed}`)).toEqual([55, 54])
})

it('finds several passages of one answer', () => {
  const words = wordsBy(11)
  const [first, second] = [words(60), words(70)]
  expect(lengths(`${first} ${words(40)} ${second}`, `${second} ${words(20)} ${first}`).sort()).toEqual([60, 70])
})

it('passes over what is no passage: a loop, a table of numbers, a sentence of a script without spaces', () => {
  const words = wordsBy(12)
  for (const text of [
    'again '.repeat(500),
    'one two three four '.repeat(80),
    Array.from({ length: 60 }, (_, i) => i % 10).join(' '),
    '天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈',
  ])
    expect(lengths(`${words(60)} ${text}`, `${text} ${words(60)}`)).toEqual([])
  const long =
    '天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰菜重芥姜海咸河淡鳞潜羽翔龙师火帝鸟官人皇始制文字乃服衣裳'
  expect(lengths(`${words(60)}\n${long}`, `${long}\n${words(60)}`)[0]).toBeGreaterThan(75)
})

it('passes over what was quoted: of the prompt, the system prompt, a document, a tool, an earlier turn', () => {
  const words = wordsBy(13)
  const passage = words(80)
  const shown = `${words(20)} ${dressed(passage)} ${words(20)}`
  const quoting: Partial<LogEvent>[] = [
    { prompt: shown },
    { system: shown },
    { rag_documents: [{ id: 'd', content: shown }] },
    { rag_documents: [shown] },
    { tools_called: [{ name: 'read', result: { page: shown } }] },
    { tools_called: [{ name: 'read', result: JSON.stringify({ page: [shown] }) }] },
    { tools_called: [{ name: 'read', result: `[broken ${shown}` }] },
    { prompt_template: { name: 'letter', text: shown } },
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: shown }] },
        { role: 'assistant', content: 'so it is' },
        { role: 'user', content: 'again' },
      ],
    },
    {
      messages: [
        { role: 'assistant', content: shown },
        { role: 'user', content: 'again' },
      ],
    },
  ]
  const given = `${words(30)} ${passage}`
  for (const over of quoting) {
    const prompt = over.prompt ?? 'quote what was shown'
    expect(lengths(given, `${passage} ${words(9)}`, [{ prompt, ...over }]), JSON.stringify(over).slice(0, 40)).toEqual(
      [],
    )
  }
  // the answer itself, as some logs have it
  const last = {
    messages: [
      { role: 'user', content: 'tell me' },
      { role: 'assistant', content: given },
    ],
  }
  expect(lengths(given, passage, [last])).toEqual([80])
  // of what was quoted in part, the rest is long enough
  expect(lengths(given, passage, [{ prompt: passage.split(' ').slice(0, 25).join(' ') }])).toEqual([55])
})

it('passes over what the same person was told, in the same session, or to a question that is much the same', () => {
  const words = wordsBy(14)
  const passage = words(80)
  const given = [`${words(30)} ${passage}`, `${passage} ${words(9)}`] as const
  expect(lengths(...given)).toEqual([80])
  expect(lengths(...given, [{ user_id: 'ann' }, { user_id: 'ann' }])).toEqual([])
  expect(lengths(...given, [{ session_id: 's' }, { session_id: 's' }])).toEqual([])
  const asked = ['Please print the MIT licence for me', 'print the mit licence']
  expect(
    lengths(
      ...given,
      asked.map((prompt) => ({ prompt })),
    ),
  ).toEqual([])
  expect(lengths(...given, [{ prompt: '' }])).toEqual([])
  expect(lengths(...given, [{ user_id: undefined as never, session_id: 's' }])).toEqual([80])
  expect(lengths(...given, [{ user_id: undefined as never }])).toEqual([])
})

it('has fingerprints that say nothing without the key and differ between tenants, few of any text', () => {
  const text = wordsBy(15)(400)
  const prints = (of: typeof printsOf, response = text) => {
    const words = wordsOf(response)
    const grams = gramsOf(words)
    return of(words, grams, unquoted(grams, words.hashes.length, [])).map(({ print }) => print)
  }
  const own = prints(printsOf)
  expect(own.length).toBeGreaterThan(8)
  expect(own.length).toBeLessThan(40)
  expect(prints(fingerprinter(key, 'acme'))).toEqual(own)
  for (const other of [
    fingerprinter(key, 'other'),
    fingerprinter(key, null),
    fingerprinter(new Uint8Array(32), 'acme'),
  ])
    expect(prints(other).some((print) => own.includes(print))).toBe(false)
  expect(own.every((print) => Number.isSafeInteger(print) && print >= 0 && print < 2 ** 48)).toBe(true)
  expect(prints(printsOf, wordsBy(16)(20_000))).toHaveLength(256)
  expect(prints(printsOf, 'again '.repeat(20_000)).length).toBe(1)
})

it('says what of a text is not quoted, where it is long enough', () => {
  const words = wordsBy(17)
  const [head, middle, tail] = [words(60), words(30), words(70)]
  const grams = (text: string) => gramsOf(wordsOf(text))
  const text = `${head} ${middle} ${tail}`
  expect(unquoted(grams(text), 160, [])).toEqual([{ from: 0, to: 160 }])
  expect(unquoted(grams(text), 160, [grams(middle)])).toEqual([
    { from: 0, to: 60 },
    { from: 90, to: 160 },
  ])
  expect(unquoted(grams(text), 160, [grams(text)])).toEqual([])
  expect(unquoted(grams(text), 160, [grams(`${head} ${middle}`), grams(words(99))])).toEqual([{ from: 90, to: 160 }])
  expect(
    unquoted(grams(text), 160, [
      grams(
        middle
          .split(' ')
          .slice(0, GRAM - 1)
          .join(' '),
      ),
    ]),
  ).toEqual([{ from: 0, to: 160 }])
})
