import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OwnRule } from '../../src/core/redaction-policy.ts'
import { ownRule } from '../../src/redactors/own-rule.ts'
import { requiredLiteral } from '../../src/redactors/required-literal.ts'
import { createScan } from '../../src/redactors/scan.ts'
import { growth } from './growth.ts'

const rule = (given: Partial<OwnRule>) => ownRule({ name: 'badge', type: 'BADGE', pattern: 'x', ...given })
const found = (given: Partial<OwnRule>, text: string) =>
  createScan([rule(given)])(text).map(({ start, end }) => text.slice(start, end))

describe('a rule of the house', () => {
  it('finds every match of its pattern, wherever it stands', () => {
    const text = `EMP-000001${'.'.repeat(1020)}EMP-000002 ${'x '.repeat(900)}EMP-000003`
    expect(found({ pattern: 'EMP-\\d{6}' }, text)).toEqual(['EMP-000001', 'EMP-000002', 'EMP-000003'])
    expect(found({ pattern: '\\bEMP-\\d{6}\\b' }, 'xEMP-000001 EMP-0000022 (EMP-000003)')).toEqual(['EMP-000003'])
  })

  it('with context words needs one of them near, as a word of its own, in any case', () => {
    const badge = { pattern: '\\b\\d{6}\\b', context: ['badge', 'staff no.'] }
    expect(found(badge, 'Badge: 123456')).toEqual(['123456'])
    expect(found(badge, 'his STAFF NO. is 123456')).toEqual(['123456'])
    expect(found(badge, '123456 is my badge')).toEqual(['123456'])
    expect(found(badge, 'badge_number: 123456')).toEqual(['123456'])
    expect(found(badge, 'badges: 123456')).toEqual([])
    expect(found(badge, `badge ${'.'.repeat(60)} 123456`)).toEqual([])
    expect(found(badge, 'order 123456')).toEqual([])
  })

  it('finds words of languages that put no spaces between them', () => {
    expect(found({ pattern: '\\d{6}', context: ['工号'] }, '我的工号是123456')).toEqual(['123456'])
  })

  it.each([
    ['luhn', 'C-[\\d ]+', 'C-7992 7398 713', 'C-7992 7398 714'],
    ['mod97', 'ABCD[\\d ]+', 'ABCD 1234 48', 'ABCD 1234 49'],
    ['mod11', 'N[\\dX-]+', 'N0-306-40615-2', 'N0-306-40615-3'],
    ['verhoeff', 'V\\d+', 'V2363', 'V2364'],
    ['mod11-10', 'T\\d+', 'T07945', 'T07946'],
  ] as const)('with the check %s takes what passes it and nothing else', (checksum, pattern, right, wrong) => {
    expect(found({ pattern, checksum }, wrong)).toEqual([])
    expect(found({ pattern, checksum }, right)).toEqual([right])
  })

  it('gives two spellings of a checked number one value', () => {
    const scan = createScan([rule({ pattern: 'C-?[\\d ]+', checksum: 'luhn' })])
    expect(scan('C-7992 7398 713')[0]?.value).toBe(scan('C79927398713')[0]?.value)
  })

  it('never reaches across a placeholder or into another turn', () => {
    expect(found({ pattern: 'id=\\S+' }, 'id=[EMAIL:7f3a9c21d4e05b66] id=7[EMAIL:7f3a9c21d4e05b66]8')).toEqual(['id=7'])
    expect(found({ pattern: 'is\\s.?\\d+' }, 'the code is\n\uE0004711')).toEqual([])
  })

  it('takes time in proportion to the text, also where each match makes it look far ahead', () => {
    const { find } = rule({ pattern: 'a.*b|a' })
    expect(growth((text) => find(text, () => {}), 'a')).toBeNull()
  })
})

describe('the literal that every match of a pattern holds', () => {
  it.each([
    ['EMP-\\d{6}', 'emp-000000'],
    ['\\bproject (?:red|blue) phoenix\\b', 'project '],
    ['risk', 'risk'],
    ['(?i)risk', 'ri'],
    ['(?i)\\bcase-\\d+', 'e-0'],
    ['AB?C', null],
    ['ABx?CD', 'ab'],
    ['AB+CDE', 'cde'],
    ['a|bcd', null],
    ['(abc)', null],
    ['[abc]def', 'def'],
    ['[]abc]def', 'def'],
    ['x{0,3}yz', 'yz'],
    ['x{2,3}y', 'xx'],
    ['<\\{HOME\\}', '<{home}'],
    ['\\p{Greek}abc', 'abc'],
    ['\\Qabc\\E', null],
    ['\\x41bc', null],
    ['größe', 'gr'],
    ['\\w+@corp\\.example', '@corp.example'],
    ['.', null],
  ])('%s', (pattern, literal) => expect(requiredLiteral(pattern)).toBe(literal))

  it('is in every text that a rule finds something in', () => {
    const piece = fc.constantFrom(
      'ab',
      'K',
      's',
      '\\d{2}',
      '\\.',
      'x?',
      'y*',
      'z+',
      '(?:q|w)',
      '[0-9]',
      '[ab]',
      '.',
      '-',
    )
    const text = fc.stringMatching(/^[abKsxyzqw0-9. -]{0,12}$/)
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.boolean(), text, (pieces, folded, text) => {
        const pattern = (folded ? '(?i)' : '') + pieces.join('')
        const own = rule({ pattern })
        let hits = 0
        own.find(text, () => hits++)
        const plain = text.toLowerCase().replace(/\d/g, '0')
        if (hits > 0 && own.anchors !== undefined) expect(plain).toContain(own.anchors[0])
      }),
      { numRuns: 2_000 },
    )
  })
})
