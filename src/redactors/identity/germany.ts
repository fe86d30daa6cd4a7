import { mod11and10, weighted } from '../checks.ts'
import { isAlone, near, type Rule } from '../rule.ts'
import { contextWords, isShortDay, numberRules } from './number-rule.ts'

/** Serial numbers of cards and passports use no vowels, and no letter that looks like a digit. */
const SERIAL = '[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}\\d'
/** ICAO Doc 9303, part 3: weights 7, 3, 1, letters as 10 to 35. */
const icaoCheck = (compact: string): boolean =>
  weighted(compact.slice(0, -1), [7, 3, 1]) % 10 === Number(compact.at(-1))

/** Products of digits and weights, the digits of each product added. */
function digitSums(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const product = Number(digits[i]) * (weights[i % weights.length] as number)
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum
}

/** A letter as its place in the alphabet, with two digits. */
const placeOf = (letter: string): string => String(letter.charCodeAt(0) - 64).padStart(2, '0')

/** One of the first ten digits stands there twice or three times, every other at most once; all ten different are let pass. */
const isSpread = (digits: string): boolean => {
  const times = [...'0123456789'].map((digit) => digits.split(digit).length - 1).filter((n) => n > 1)
  return times.length <= 1 && (times[0] ?? 0) <= 3
}

/** Where a pension number's letter stands. */
const LETTER = 8

const numbers = numberRules([
  {
    // Identifikationsnummer, § 139b AO
    name: 'de-tax-id',
    type: 'DE_TAX_ID',
    digits: 11,
    shape: /[1-9]\d( ?)\d{3}\1\d{3}\1\d{3}/,
    check: (n) => mod11and10(n) && isSpread(n.slice(0, 10)),
    words: [
      'steuer[a-zäöüß\\s-]{0,36}',
      'idnr',
      'tin',
      'tax',
      'bzst',
      'finanzamt',
      'persönliche identifikations?nummer',
    ],
    enough: 'alone',
  },
  {
    name: 'de-vat-id',
    type: 'DE_VAT_ID',
    digits: 9,
    shape: /DE[ .-]?[1-9]\d{2}([ .-]?)\d{3}\1\d{3}/i,
    check: (n) => mod11and10(n.slice(2)),
    words: [
      'umsatzsteuer[a-zäöüß\\s-]{0,28}',
      'ust[\\s.-]{0,2}id[\\s.-]{0,2}(?:nr)?',
      'mehrwertsteuer',
      'mwst',
      'vat',
      'steuer[a-z\\s-]{0,28}',
    ],
    enough: (found) => (found.startsWith('DE') ? 'form' : 'alone'),
  },
  {
    // Versicherungsnummer of the pension insurance: area, birth, initial of the birth name, serial, check
    name: 'de-social-security',
    type: 'DE_SOCIAL_SECURITY',
    digits: 11,
    shape: /\d{2} ?\d{6} ?[A-Z] ?\d{3}/i,
    check(n) {
      const day = Number(n.slice(2, 4))
      const birth = n.slice(6, 8) + n.slice(4, 6) + String(day > 50 ? day - 50 : day).padStart(2, '0')
      const digits = n.slice(0, LETTER) + placeOf(n[LETTER] as string) + n.slice(LETTER + 1, -1)
      return isShortDay(birth) && digitSums(digits, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]) % 10 === Number(n.at(-1))
    },
    words: [
      'renten?[a-zäöüß\\s-]{0,36}',
      'sozial[a-zäöüß\\s-]{0,36}',
      'versicherungs?(?:nummer|nr)',
      'rvnr',
      'sv nummer',
      'svnr',
      'drv',
    ],
    enough: (found) => (/[a-z]/.test(found) ? 'alone' : 'form'),
  },
  {
    // the unchanging part of the Krankenversichertennummer
    name: 'de-health-insurance',
    type: 'DE_HEALTH_INSURANCE',
    digits: 9,
    shape: /[A-Z]\d{9}/i,
    check: (n) => digitSums(placeOf(n[0] as string) + n.slice(1, -1), [1, 2]) % 10 === Number(n.at(-1)),
    words: [
      'kranken[a-zäöüß\\s-]{0,36}',
      'versichert[a-zäöüß\\s-]{0,24}',
      'kvnr',
      'gesundheitskarte',
      'e?gk',
      'gkv',
      'aok',
      'tkk?',
      'barmer',
      'dak',
      'health insurance',
    ],
    enough: 'alone',
  },
  {
    // printed without its check digit, read by machines with it; of old cards a T and eight digits
    name: 'de-id-card',
    type: 'DE_ID_CARD',
    digits: 2,
    shape: new RegExp(`${SERIAL}\\d?|T\\d{8}`, 'i'),
    words: [
      '(?:bundes)?personalausweis[a-zäöüß\\s-]{0,20}',
      'ausweis[a-zäöüß\\s-]{0,20}',
      'dokumenten?(?:nummer|nr)',
      'seriennummer',
      'npa',
      'perso',
      'identity card',
      'id card',
      'national id',
    ],
    enough: (found) => (/^t\d{8}$/i.test(found) || icaoCheck(found.toUpperCase()) ? 'alone' : 'word'),
  },
  {
    name: 'de-passport',
    type: 'DE_PASSPORT',
    digits: 2,
    shape: new RegExp(`${SERIAL}\\d?`, 'i'),
    words: ['(?:reise)?p[aä]ss(?:e|es|nummer|nr)?', 'passports?', 'bundesrepublik', 'mrz', 'german passport'],
    enough: (found) => (icaoCheck(found.toUpperCase()) ? 'alone' : 'word'),
  },
  {
    // Arztnummer: six digits, their check, two of a specialty
    name: 'de-physician',
    type: 'DE_LANR',
    digits: 9,
    shape: /\d{7}(?!00)\d{2}/,
    check: (n) => (10 - (weighted(n.slice(0, 6), [4, 9]) % 10)) % 10 === Number(n[6]),
    words: [
      'lanr',
      '(?:lebenslange )?arzt (?:nummer|nr)?',
      '(?:vertrags|kassen|haus|fach)ärzt(?:e|in)?',
      '(?:vertrags|kassen|haus|fach)arzt',
      'kbv',
      'kassenärztliche',
      'rezept',
      'verschreibung',
    ],
    enough: 'alone',
  },
  {
    // the first two digits are those of an association of physicians
    name: 'de-practice',
    type: 'DE_BSNR',
    digits: 9,
    shape: /(?!00)\d{9}/,
    words: [
      'n?bsnr',
      '(?:neben|haupt)?betriebsstätten?[a-z\\s-]{0,16}',
      '(?:arzt)?praxis[a-z\\s-]{0,16}',
      'kassenärztliche',
      'kv (?:nummer|nr)',
      'behandlungsort',
    ],
    enough: 'word',
  },
  {
    // Fahrerlaubnis: authority, serial, check, edition
    name: 'de-driving-licence',
    type: 'DE_FUEHRERSCHEIN',
    digits: 4,
    shape: /[A-Z][A-Z0-9]\d[A-Z0-9]{6}\d[A-Z0-9]|[A-Z]{2}\d{8}[A-Z0-9]/i,
    check: (n) => !/^DE\d{9}$/.test(n),
    words: [
      'führerschein[a-zäöüß\\s-]{0,20}',
      'fuehrerschein[a-z\\s-]{0,20}',
      'fahrerlaubnis[a-z\\s-]{0,20}',
      'fev',
      'kba',
      "driv(?:ing|er'?s?) licen[cs]e",
      'licen[cs]e (?:number|no)',
      'feld 5',
    ],
    enough: (found) => (/^[A-Z]{2}\d{8}[A-Z0-9]$/.test(found) ? 'alone' : 'word'),
  },
  {
    // of the federal form thirteen digits, of the states two or three groups
    name: 'de-tax-number',
    type: 'DE_TAX_NUMBER',
    digits: 9,
    shape: /\d{2,3}\/\d{3,4}\/\d{4,5}|\d{2,3} \d{3} \d{5}|(?:0[1-9]|1[0-6]|2[1-8]|3[0-2]|4[01]|5[1-9]|9\d)\d{11}/,
    words: [
      'steuer[a-zäöüß\\s-]{0,36}',
      'st[.-]{0,2}nr',
      'finanzamt',
      '(?:umsatz|einkommen|körperschaft|gewerbe)steuer[a-z]{0,12}',
      'tax',
    ],
    enough: (found) => (/^\d{3}\/\d{3}\/\d{5}$/.test(found) ? 'alone' : 'word'),
  },
  {
    name: 'de-postcode',
    type: 'DE_PLZ',
    digits: 5,
    shape: /(?:D-)?(?:0[1-9]|[1-9]\d)\d{3}/,
    words: ['plz', 'postleitzahl(?:en)?'],
    enough: 'word',
  },
])

const REGISTER = /(?<![\w-])HR[AB][ -]?(?:Nr\.? ?)?(\d{1,6})(?: ?B)?(?![\w-]|[.,]\d)/g
const REGISTER_WORDS = contextWords([
  'handelsregister[a-zäöüß\\s-]{0,20}',
  'amtsgericht',
  'registergericht',
  'ag',
  'gmbh',
  'ug',
  'kg',
  'ohg',
  'firma',
  'commercial register',
])

/** Entries of the commercial register, section A or B. Short ones need a word near them. */
const commercialRegister: Rule = {
  name: 'de-commercial-register',
  type: 'DE_HANDELSREGISTER',
  anchors: ['hra', 'hrb'],
  find(text, hit) {
    for (const { 0: found, 1: serial = '', index } of text.matchAll(REGISTER)) {
      const end = index + found.length
      if (serial.length >= 3 || near(text, index, end, REGISTER_WORDS)) hit(index, end, 0.9)
    }
  },
}

const PLATE = /(?<![\p{L}\p{N}_-])[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]\d{1,4}[EH]?(?![\p{L}\p{N}_-])/gu
const PLATE_WORDS = contextWords([
  '(?:kfz|kraftfahrzeug|fahrzeug|auto)? kennzeichen',
  'nummernschild(?:er)?',
  'zulassung[a-z]{0,20}',
  'kfz',
  'fahrzeug(?:e|schein|brief)?',
  'auto',
  'pkw',
  'lkw',
  'wagen',
  'licen[cs]e plate',
  'number plate',
  'plates?',
])
const spacedPlate = (match: string): string => match.replaceAll('-', ' ')

/** Number plates: district, letters, digits, E or H for electric and historic vehicles. They carry no check, so a word stands near. */
const plate: Rule = {
  name: 'de-vehicle',
  type: 'DE_KFZ',
  anchors: ['kennzeichen', 'nummernschild', 'zulassung', 'kfz', 'fahrzeug', 'pkw', 'lkw', 'plate'],
  canonical: spacedPlate,
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(PLATE)) {
      const end = index + found.length
      if (near(text, index, end, PLATE_WORDS)) hit(index, end, 0.8)
    }
  },
}

/** Or it is all that the text says, with two digits or more. */
const plateAlone: Rule = {
  name: 'de-vehicle-alone',
  type: 'DE_KFZ',
  digits: 1,
  canonical: spacedPlate,
  find(text, hit) {
    if (text.length > 15) return
    for (const { 0: found, index } of text.matchAll(PLATE)) {
      if (/\d\d/.test(found) && isAlone(text, index, index + found.length)) hit(index, index + found.length, 0.6)
    }
  },
}

export const germany: readonly Rule[] = [...numbers, commercialRegister, plate, plateAlone]
