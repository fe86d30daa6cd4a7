import { describe, expect, it } from 'vitest'
import type { Rule } from '../../src/redactors/rule.ts'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan, RuleTimeout } from '../../src/redactors/scan.ts'
import { explain } from './explain.ts'
import { part, samples } from './samples.ts'

/** Text with every found part shown as «TYPE». */
function shown(text: string): string {
  let out = ''
  let from = 0
  for (const span of explain(text)) {
    out += `${text.slice(from, span.start)}«${span.type}»`
    from = span.end
  }
  return out + text.slice(from)
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const hex = (text: string) => Buffer.from(text).toString('hex')
const { github, card, iban } = samples
const ID = /\s/g

const found: Record<string, [text: string, expected: string][]> = {
  'look-alike letters': [
    [`use ${github.replace('p', 'р')} now`, 'use «API_KEY» now'],
    ['write to аdа@exаmple.org', 'write to «EMAIL»'],
    ['4111 1111 1111 111Ӏ is not a card, 4111 1111 1111 1111 is', '4111 1111 1111 111Ӏ is not a card, «CARD» is'],
    ['no ๔๑๑๑ ๑๑๑๑ ๑๑๑๑ ๑๑๑๑', 'no «CARD»'],
  ],
  'percent-encoding and character references': [
    ['?card=4111%201111%201111%201111&x=1', '?card=«CARD»&x=1'],
    ['mail=ada%40example.org', 'mail=«EMAIL»'],
    ['password%3Dopen-Sesame-1984', 'password%3D«SECRET»'],
    ['ada&#64;example&#46;org or ada&commat;example.org', '«EMAIL» or «EMAIL»'],
    ['4111&nbsp;1111&#xA0;1111&#8203;1111', '«CARD»'],
  ],
  'digits in words': [
    ['my card is four one double one, triple one one 1 1 1 one one one one one, thanks', 'my card is «CARD», thanks'],
    ['FOUR-ONE-ONE-ONE one one one one one one one one one one one one', '«CARD»'],
    ['my ssn: five three six two two eight seven two six', 'my ssn: «SSN»'],
    ['vier eins eins eins eins eins eins eins eins eins eins eins eins eins eins eins', '«CARD»'],
  ],
  'digits that stand apart': [
    ['4 1 1 1-1 1 1 1-1 1 1 1-1 1 1 1', '«CARD»'],
    ['is 4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1 right', 'is «CARD» right'],
    ['x 4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1 y', 'x «CARD» y'],
    ['4111.1111.1111.1111', '«CARD»'],
    ['4111 - 1111 - 1111 - 1111', '«CARD»'],
    ['[4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]', '[«CARD»]'],
    [JSON.stringify([...'4111111111111111']), '["«CARD»"]'],
    ['["4111","1111","1111","1111"]', '["«CARD»"]'],
    ["'4111' + '1111' + '1111' + '1111'", "'«CARD»'"],
    [[...'4111111111111111'].join('\n'), '«CARD»'],
    ['5 3 6 - 2 2 - 8 7 2 6', '«SSN»'],
    [[...iban.replace(ID, '')].join(' '), '«IBAN»'],
  ],
  'wrapped lines': [
    [`key ${github.slice(0, 20)}\n${github.slice(20)} ok`, 'key «API_KEY» ok'],
    [`> ${github.slice(0, 20)}\n> ${github.slice(20)}\n> ok`, '> «API_KEY»\n> ok'],
    ['4111 1111\n1111 1111', '«CARD»'],
    ['4111\n1111 1111 1111', '«CARD»'],
    ['card 41111111\n11111111 ok', 'card «CARD» ok'],
    ['first line\njane_doe@corp\nhouse.example.com\nlast line', 'first line\n«EMAIL»\nlast line'],
    ['hetu: 04020\n4A240Y', 'hetu: «FI_PERSONAL_IDENTITY_CODE»'],
    ['DE89 3704\r\n  0044 0532 0130 00', '«IBAN»'],
    ['ada.love\nlace@example.org', '«EMAIL»'],
    [`${github}\nPlease rotate it`, '«API_KEY»\nPlease rotate it'],
    ['Ada Lovelace\nada@example.org\nLondon', 'Ada Lovelace\n«EMAIL»\nLondon'],
  ],
  encodings: [
    [`x ${base64(github)} y`, 'x «API_KEY» y'],
    [`x ${Buffer.from(github).toString('base64url')} y`, 'x «API_KEY» y'],
    [base64(card.replace(ID, '')), '«CARD»'],
    [JSON.stringify({ data: base64(`{"iban":"${iban}"}`) }), '{"data":"eyJpYmFuIjoi«IBAN»In0="}'],
    [hex(github), '«API_KEY»'],
    [`0x${hex(card.replace(ID, ''))}`, '0x«CARD»'],
    [[...Buffer.from(github)].map((byte) => byte.toString(16)).join(' '), '«API_KEY»'],
    [Buffer.from(github, 'utf16le').toString('base64'), '«API_KEY»'],
  ],
  escapes: [
    ['{\\"card\\":\\"\\u0034111 1111 1111 1111\\"}', '{\\"card\\":\\"«CARD»\\"}'],
    ['ada\\x40example.org', '«EMAIL»'],
  ],
}
describe.each(Object.entries(found))('a value is found behind %s', (_, texts) => {
  it.each(texts)('%j', (text, expected) => expect(shown(text)).toEqual(expected))
})

it('of what is encoded, whole groups of the value are replaced and nothing readable of it stays', () => {
  for (let before = 0; before < 6; before++) {
    const text = base64(`${'a'.repeat(before + 12)} ${github} and more of it`)
    const [span] = explain(text)
    const kept = [text.slice(0, span?.start), text.slice(span?.end)].map((half) =>
      Buffer.from(half, 'base64').toString(),
    )
    expect(span?.start).toBeGreaterThan(0)
    expect((span?.start ?? 0) % 4).toBe(0)
    for (const half of kept)
      for (let at = 0; at + 4 <= github.length; at++) expect(half).not.toContain(github.slice(at, at + 4))
    expect(span?.value).toBe(github)
  }
})

it('a group of base64 may begin anywhere in a path', () => {
  for (const path of ['/', '/a/', '/ab/', '/abc/', 'v1/files/']) {
    expect(shown(`https://host.example${path}${base64(`token ${github} end`)}`)).toContain('«API_KEY»')
  }
})

it('one value has one spelling in every disguise, so that it gets one placeholder', () => {
  const number = card.replace(ID, '')
  for (const text of [
    card,
    base64(number),
    hex(number),
    [...number].join('.'),
    card.replaceAll(' ', '%20'),
    '４１１１ 1111 1111 1111',
  ])
    expect(explain(text).map(({ value }) => value)).toEqual([number])
})

describe('what only seems to hide something survives', () => {
  it.each([
    'See https://host.example/a%20b/c%3Fd and &copy; 2026 &amp; others',
    'The numbers one, two, three, four, five, six, seven, eight, nine and ten',
    '1 0 1 1 0 0 1 0 1 1 0 1 0 1 1 0',
    '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16',
    '4111\n1111\n1111\n1111\n2222\n3333',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'id 550e8400-e29b-41d4-a716-446655440000\nnext 550e8400-e29b-41d4-a716-446655440001',
    `blob ${Buffer.from(Array.from({ length: 600 }, (_, k) => (k * 7919) % 251)).toString('base64')}`,
    `text ${base64('The quick brown fox jumps over the lazy dog, and nobody minds at all.')}`,
    'Привет, как дела? Это просто текст про сайт example.org и версию 2.0',
    'Γειά σου Κόσμε, αυτό είναι ένα κείμενο',
    'line one ends with v1.2.3\nnext line begins with 2024-01-15 10:30',
    'for i in range(10):\n    total_sum += values[i]\n    max_value = max(max_value, values[i])',
  ])('%j', (text) => expect(explain(text).map(({ rule, value }) => [rule, value])).toEqual([]))
})

describe('time', () => {
  let now = 0
  const slow: Rule = {
    name: 'slow',
    type: 'SLOW',
    anchors: ['slow'],
    find: () => {
      now += 1_500
    },
  }
  const elapsed = () => now
  it('that a text takes the rules too long ends the scan', () => {
    expect(() => createScan([slow], { elapsed })('slow')).toThrow(RuleTimeout)
    expect(createScan([slow], { elapsed, limitMs: 1_401 })('slow')).toEqual([])
    expect(createScan([slow])('slow')).toEqual([])
  })
  it('does not count what a rule takes to be compiled, when it is first asked', () => {
    let at = 0
    const first: Rule = { ...slow, find: () => (at += at === 0 ? 100 : 51) }
    const scan = createScan([first], { elapsed: () => at, limitMs: 50 })
    expect(scan('slow')).toEqual([])
    expect(() => scan('slow')).toThrow(RuleTimeout)
  })
  it('is more for a longer text', () => {
    expect(createScan([slow], { elapsed })(`slow${' '.repeat(1 << 16)}`)).toEqual([])
  })
  it('that a real scan takes is far below its limit', () => {
    const text = `${part(40)} ${card} ${base64(github)} `.repeat(20)
    expect(createScan(RULES, { elapsed: () => performance.now(), limitMs: 60_000 })(text).length).toBeGreaterThan(20)
  })
})
