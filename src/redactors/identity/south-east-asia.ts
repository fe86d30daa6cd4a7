import { weighted } from '../checks.ts'
import { isShortDay, numberRules } from './number-rule.ts'

export const southEastAsia = numberRules([
  {
    // Department of Provincial Administration: kind of person, province and district, number, check modulo eleven
    name: 'th-identity',
    type: 'TH_TNIN',
    digits: 13,
    shape: /[1-9](?:-\d{4}-\d{5}-\d{2}-\d| \d{4} \d{5} \d{2} \d|\d{12})/,
    check: (n) =>
      /^.(?:[134]\d|2[0-7]|5[0-8]|[67][0-7]|[89][0-6])/.test(n) &&
      (11 - (weighted(n.slice(0, 12), [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(n[12]),
    words: [
      'thai(?:land)?(?: national)?(?: id)?',
      'tnin',
      'national id',
      'เลขประจำตัวประชาชน',
      'เลขบัตรประชาชน',
      'บัตรประชาชน',
      'รหัสปชช',
    ],
    enough: (found) => (found.includes('-') ? 'form' : 'alone'),
  },
  {
    name: 'ph-tax',
    type: 'PH_TIN',
    digits: 9,
    shape: /\d{3}([- ]?)\d{3}\1\d{3}(?:\1\d{3,5})?/,
    check: (n) => !/^\d{3}0{6}/.test(n),
    words: ['tin', 'bir', 'taxpayer', 'tax(?:payer)? id(?:entification)?', 'rdo', 'revenue district'],
    enough: 'word',
  },
  {
    // National Registration Department: day of birth, place, number
    name: 'my-identity',
    type: 'MY_NRIC',
    digits: 12,
    shape: /\d{6}([- ]?)(?:0[1-9]|[1-5]\d|6[0-8]|7[124-9]|8[2-9]|9[0-38-9])\1\d{4}/,
    check: isShortDay,
    words: ['nric', 'mykad', 'mykid', 'ic', 'kad pengenalan', 'identity card', 'malaysian?'],
    enough: (found) => (found.includes('-') ? 'alone' : 'word'),
  },
  {
    // population register: district, day of birth (plus 40 for women), number
    name: 'id-identity',
    type: 'ID_NIK',
    digits: 16,
    shape: /[1-9]\d{15}/,
    check: (n) => isShortDay(n.slice(10, 12) + n.slice(8, 10) + String(Number(n.slice(6, 8)) % 40).padStart(2, '0')),
    words: ['nik', 'ktp', 'e-?ktp', 'nomor induk', 'kependudukan'],
    enough: 'word',
  },
])
