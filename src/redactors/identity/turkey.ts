import { numberRules } from './number-rule.ts'

/** T.C. kimlik numarası: two check digits over nine. */
function kimlik(compact: string): boolean {
  const d = [...compact].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ]
  const odd = d[0] + d[2] + d[4] + d[6] + d[8]
  const even = d[1] + d[3] + d[5] + d[7]
  const tenth = (odd * 7 + even * 9) % 10
  return d[9] === tenth && d[10] === (odd + even + tenth) % 10
}

/** Vergi kimlik numarası: every digit is moved by its distance from the end, then multiplied by two to the power of that. */
function vergi(compact: string): boolean {
  let sum = 0
  for (let i = 0; i < 9; i++) {
    const moved = (Number(compact[i]) + 9 - i) % 10
    sum += moved === 9 ? 9 : (moved * 2 ** (9 - i)) % 9
  }
  return (10 - (sum % 10)) % 10 === Number(compact[9])
}

export const turkey = numberRules([
  {
    name: 'tr-national-id',
    type: 'TR_NATIONAL_ID',
    digits: 11,
    shape: /[1-9]\d{10}/,
    check: kimlik,
    words: [
      'kimlik(?: no| numarası| numarasi)?',
      't\\.?c\\.?(?: no| kimlik| numarası)?',
      'tckn',
      'nüfus(?: cüzdanı)?',
      'turkish id',
      'national id',
      'vatandaşlık',
    ],
    enough: 'form',
  },
  {
    name: 'tr-tax',
    type: 'TR_TAX_ID',
    digits: 10,
    shape: /\d{10}/,
    check: vergi,
    words: ['vergi(?: kimlik)?(?: no| numarası| numarasi)?', 'vkn', 'vergi dairesi', 'turkish tax'],
    enough: 'word',
  },
  {
    // province, letters, digits: the fewer letters, the more digits
    name: 'tr-vehicle',
    type: 'TR_LICENSE_PLATE',
    digits: 4,
    shape: /(?:0[1-9]|[1-7]\d|8[01])([ -]?)[A-PR-VYZ](?:\1\d{2,5}|[A-PR-VYZ]\1\d{2,4}|[A-PR-VYZ]{2}\1\d{2,4})/,
    words: [
      'plaka(?:sı|sının|lı|m)?',
      'araç(?:lar)?',
      'taşıt',
      'kayıt',
      'tescil',
      'ruhsat',
      '(?:licen[cs]e|number|tr) plates?',
      'plates?',
      'vehicle',
    ],
    enough: 'alone',
  },
])
