import { oneOf } from './makers/maker.ts'

/** One way to write a value so that a reader still gets it, and a plain pattern does not. All of what it makes is the value. */
export interface Disguise {
  name: string
  /** @param random uniform in [0, 1) */
  apply(value: string, random: () => number): string
  /** False for values that the disguise does not suit. Without it, it suits all. */
  fits?(value: string): boolean
}

const ZERO_WIDTH = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad']
const HOMOGLYPHS: Readonly<Record<string, string>> = {
  ...{ a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х', y: 'у', i: 'і', j: 'ј', s: 'ѕ', h: 'һ', d: 'ԁ' },
  ...{ A: 'А', B: 'Β', C: 'С', E: 'Е', H: 'Н', K: 'К', M: 'Μ', N: 'Ν', O: 'О', P: 'Р', T: 'Т', X: 'Х', Y: 'Υ', Z: 'Ζ' },
  ...{ '3': 'З', '6': 'б', '2': 'ᒿ', '5': 'Ƽ', '8': 'Ȣ' },
}
const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const NAMED: Readonly<Record<string, string>> = { '@': '&commat;', '.': '&period;', _: '&lowbar;', '+': '&plus;' }

const each = (value: string, as: (char: string, at: number) => string): string => [...value].map(as).join('')
const code = (char: string, base: number, length = 0): string =>
  (char.codePointAt(0) as number).toString(base).padStart(length, '0')
const digitsOnly = (value: string): boolean => /^[\d .-]+$/.test(value)
/** One value on one line, without blanks that a disguise would double. */
const digits = (value: string): string => value.replace(/\D/g, '')
const oneLine = (value: string): boolean => !/\s/.test(value)

/** Every disguise that is undone. One layer each. */
export const disguises: readonly Disguise[] = [
  {
    name: 'zero-width characters',
    apply: (value, random) =>
      each(value, (char, at) => (at > 0 && random() < 0.4 ? oneOf(random, ZERO_WIDTH) : '') + char),
  },
  {
    name: 'full-width characters',
    apply: (value) =>
      each(value, (char) => (/[!-~]/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char)),
  },
  {
    name: 'look-alike letters',
    fits: (value) => /[acepxyABCEHKMPTX]/.test(value) && /[A-Za-z0-9]{2}/.test(value),
    apply: (value, random) => each(value, (char) => (random() < 0.4 ? (HOMOGLYPHS[char] ?? char) : char)),
  },
  {
    name: 'digits with blanks between',
    fits: digitsOnly,
    apply: (value) => [...digits(value)].join(' '),
  },
  {
    name: 'digits with dots between',
    fits: digitsOnly,
    apply: (value) => [...digits(value)].join('.'),
  },
  {
    name: 'digits with hyphens between',
    fits: digitsOnly,
    apply: (value) => [...digits(value)].join('-'),
  },
  {
    name: 'digits as words',
    fits: digitsOnly,
    apply: (value, random) =>
      each(digits(value), (digit) => `${WORDS[Number(digit)]}${oneOf(random, [' ', ' ', '-', ', '])}`).replace(
        /[ ,-]+$/,
        '',
      ),
  },
  {
    name: 'some digits as words',
    fits: digitsOnly,
    apply: (value, random) =>
      each(digits(value), (digit, at) => `${at % 3 === 0 ? digit : WORDS[Number(digit)]}${oneOf(random, [' ', '-'])}`)
        .slice(0, -1)
        .toUpperCase(),
  },
  {
    name: 'character references',
    apply: (value, random) =>
      each(value, (char) =>
        random() < 0.3 ? char : (NAMED[char] ?? (random() < 0.5 ? `&#${code(char, 10)};` : `&#x${code(char, 16)};`)),
      ),
  },
  {
    name: 'percent-encoding',
    apply: (value) => Buffer.from(value).reduce((out, byte) => `${out}%${byte.toString(16).padStart(2, '0')}`, ''),
  },
  { name: 'URL component', fits: (value) => encodeURIComponent(value) !== value, apply: encodeURIComponent },
  { name: 'base64', apply: (value) => Buffer.from(value).toString('base64') },
  { name: 'URL-safe base64', apply: (value) => Buffer.from(value).toString('base64url') },
  { name: 'base64 of UTF-16', apply: (value) => Buffer.from(value, 'utf16le').toString('base64') },
  { name: 'hexadecimal', apply: (value) => Buffer.from(value).toString('hex') },
  { name: 'upper-case hexadecimal', apply: (value) => Buffer.from(value).toString('hex').toUpperCase() },
  {
    name: 'spaced bytes',
    apply: (value) =>
      Buffer.from(value)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
  },
  { name: 'Unicode escapes', apply: (value) => each(value, (char) => `\\u${code(char, 16, 4)}`) },
  {
    name: 'byte escapes',
    fits: (value) => /^[ -~]+$/.test(value),
    apply: (value) => each(value, (char) => `\\x${code(char, 16, 2)}`),
  },
  {
    name: 'JSON string',
    fits: (value) => /["\\/\n]/.test(value),
    apply: (value) => JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/'),
  },
  {
    name: 'a line break',
    fits: (value) => oneLine(value) && value.length >= 8,
    apply: (value) => {
      const middle = value.length >> 1
      return `${value.slice(0, middle)}\n${value.slice(middle)}`
    },
  },
]
