import { mod11and2, weighted } from '../checks.ts'
import { isDay, isShortDay, numberRules } from './number-rule.ts'

const PERSON = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]

/** Check digit of Korean persons: of citizens 11, of foreigners 13 less the remainder. Numbers given since October 2020 have none. */
const hasCheck = (n: string): boolean => {
  const from = /[5-8]/.test(n[6] as string) ? 13 : 11
  return (from - (weighted(n.slice(0, 12), PERSON) % 11)) % 10 === Number(n[12])
}

/** Without its hyphen a number that has no check digit looks like any other. */
const koreanEnough = (found: string) => {
  const checked = hasCheck(found.replace('-', ''))
  if (found.includes('-')) return checked ? 'form' : 'alone'
  return checked ? 'alone' : 'word'
}

/** National Tax Service of Korea. */
function isKoreanBusiness(n: string): boolean {
  const sum = weighted(n.slice(0, 9), [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((Number(n[8]) * 5) / 10)
  return (10 - (sum % 10)) % 10 === Number(n[9])
}

/** Ordinance of the Ministry of Internal Affairs of Japan no. 85 of 2014, article 5. */
function isMyNumber(n: string): boolean {
  const rest = weighted(n.slice(0, 11), [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return (rest <= 1 ? 0 : 11 - rest) === Number(n[11])
}

/** Hong Kong: letters as 10 to 35, a blank in front of a single one as 36, weights 9 to 1, A for ten. */
function isHongKong(n: string): boolean {
  const two = /^[A-Z]{2}/.test(n)
  const sum = weighted(n, two ? [9, 8, 7, 6, 5, 4, 3, 2, 1] : [8, 7, 6, 5, 4, 3, 2, 1]) + (two ? 0 : 36 * 9)
  return sum % 11 === 0
}

/** Taiwan: the letter of the region as two digits. */
function isTaiwan(n: string): boolean {
  const region = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'.indexOf(n[0] as string) + 10
  return (Math.floor(region / 10) + (region % 10) * 9 + weighted(n.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0
}

export const eastAsia = numberRules([
  {
    // GB 11643-1999: region, day of birth, number, ISO 7064 MOD 11-2
    name: 'cn-resident',
    type: 'CN_RESIDENT_ID',
    digits: 17,
    shape: /[1-8]\d{5}(?:18|19|20)\d{9}[\dX]/i,
    check: (n) => mod11and2(n) && isDay(Number(n.slice(6, 10)), Number(n.slice(10, 12)), Number(n.slice(12, 14))),
    words: ['身份证', '身份證', '公民身份'],
    enough: 'form',
    proven: true,
  },
  {
    name: 'hk-identity',
    type: 'HK_ID',
    digits: 6,
    shape: /[A-Z]{1,2}\d{6}(?:\([0-9A]\)|[0-9A])/,
    check: isHongKong,
    words: ['hkid', 'hong kong', '身份證', '香港'],
    enough: (found) => (found.includes('(') ? 'form' : 'word'),
  },
  {
    name: 'tw-identity',
    type: 'TW_ID',
    digits: 9,
    shape: /[A-Z][1289]\d{8}/,
    check: isTaiwan,
    words: ['taiwan(?:ese)?', '身分證', '身份證', '統一編號', 'national id'],
    enough: 'word',
  },
  {
    name: 'jp-individual',
    type: 'JP_MY_NUMBER',
    digits: 12,
    shape: /\d{4}([ -]?)\d{4}\1\d{4}/,
    check: isMyNumber,
    words: ['my number', 'mynumber', 'individual number', 'マイナンバー', '個人番号', 'kojin bangō'],
    enough: 'word',
  },
  {
    name: 'kr-resident',
    type: 'KR_RRN',
    digits: 13,
    shape: /\d{6}-?[1-4]\d{6}/,
    check: isShortDay,
    words: ['rrn#?', 'resident registration', 'korean? (?:id|resident)', '주민등록번호', '주민번호'],
    enough: koreanEnough,
  },
  {
    name: 'kr-foreigner',
    type: 'KR_FRN',
    digits: 13,
    shape: /\d{6}-?[5-8]\d{6}/,
    check: isShortDay,
    words: ['frn', 'foreigner registration', 'alien registration', '외국인등록번호', '외국인번호'],
    enough: koreanEnough,
  },
  {
    name: 'kr-business',
    type: 'KR_BRN',
    digits: 10,
    shape: /\d{3}-\d{2}-\d{5}|\d{10}/,
    check: isKoreanBusiness,
    words: ['brn', 'business registration', 'business', 'tax registration', '사업자'],
    enough: (found) => (found.includes('-') ? 'form' : 'word'),
  },
  {
    name: 'kr-passport',
    type: 'KR_PASSPORT',
    digits: 7,
    shape: /[MSROD](?:\d{3}[A-Z]\d{4}|\d{8})/i,
    words: ['passports?', '여권'],
    enough: 'alone',
  },
  {
    // region or its name, year, number, check that is not public
    name: 'kr-driver-licence',
    type: 'KR_DRIVER_LICENSE',
    digits: 12,
    shape: /(?:1[1-9]|2[0-8])([- ]?)\d{2}\1\d{6}\1\d{2}/,
    words: ['(?:운전)?면허', "driv(?:ing|er'?s?) licen[cs]e", 'licen[cs]e'],
    enough: (found) => (found.includes('-') ? 'form' : 'word'),
  },
])
