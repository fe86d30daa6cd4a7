import { pattern } from '../../core/pattern.ts'
import type { Hit, Rule } from '../rule.ts'

const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
const MONTH = '(?:0?[1-9]|1[0-2])'
/** Of somebody who may be alive. */
const YEAR = '(?:19|20)\\d{2}'
/** How the names of months begin in the languages of the words below; the rest of the word is read with them. */
const NAME =
  '(?:jan|ene|gen|sty|feb|fév|fev|lut|mar|mär|maa|mrt|apr|avr|abr|kwi|huh|may|mai|maj|mei|mag|tou|jun|jui|giu|cze|kes|jul|lug|lip|hei|aug|aoû|aou|ago|sie|elo|sep|set|wrz|syy|oct|okt|ott|out|paź|paz|lok|nov|lis|mar|dec|dez|déc|dic|des|gru|jou|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)\\p{L}{0,9}\\.?'

/** A day with its year, in the forms of prose, forms and data. */
const DATE = [
  `${YEAR}(?:-${MONTH}-|/${MONTH}/|\\.${MONTH}\\.| ${MONTH} )${DAY}`,
  `${DAY}(?:-${MONTH}-|/${MONTH}/|\\. ?${MONTH}\\. ?| ${MONTH} )(?:${YEAR}|\\d{2})`,
  `${MONTH}(?:-${DAY}-|/${DAY}/)(?:${YEAR}|\\d{2})`,
  `${DAY}(?:st|nd|rd|th|er|º|\\.)?[ -]{0,2}(?:(?:of|de|du|di) )?${NAME}(?:,? |-| del? )'?(?:${YEAR}|\\d{2})`,
  `${NAME} ?${DAY}(?:st|nd|rd|th)?,? ?${YEAR}`,
  `${YEAR}[ -]${NAME}[ -]${DAY}`,
  `${YEAR}(?:年|년) ?${MONTH} ?(?:月|월) ?${DAY} ?[日일]?`,
  `${YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
].join('|')

/** The farthest that a date stands from its word, between them words without digits: `born in Berlin on`. */
const GAP = 48
const AFTER = pattern(`^[^\\d\\uE000]{0,${GAP}}?(?<![\\d\\p{L}])(${DATE})(?!\\d|[-/.]\\d)`, 'iu')
/** The word behind its date, as in a list: `12.03.1980 (DOB)`. */
const BEFORE = pattern(`(?<![\\d\\p{L}]|\\d[-/.])(${DATE}) ?[(\\[,:-]{1,2} ?$`, 'iu')
const LONGEST = 32

/** Words with a part that an anchor can name. */
const WORDS =
  /(?<!\p{L})(?:(dates?[ _-]?of[ _-]?birth|birth[ _-]?(?:date|day)|d\.? ?o\.? ?b\.?|b-?day|geburts(?:datum|tag)|date de naissance|fecha de nac(?:imiento|\.)|f\. ?nac\.|data di nascita|data de nasc(?:imento|\.)|geboorte(?:datum|dag)|födelse(?:datum|dag)|fødselsda(?:to|g)|syntymä(?:aika|päivä)|data urodzenia|do[gğ]um tarihi)|birth(?=["']?\s{0,2}[:=])|birth[ _-]on|born|ge(?:b\.|boren)|nacid[oa]s?|nascid[oa]s?|nasceu|nat[oa] (?:il|a|ad|in)|syntynyt|urodzon[ya])(?!\p{L})/giu
/** Words of other scripts, or with a letter beyond ASCII that leaves no part for an anchor. */
const ELSEWHERE =
  /(?:(?<!\p{L})(?:née?s?|né\(e\)|född|født|nació|doğumlu)(?!\p{L})|(дата рождения|出生日期|出生年月日|生年月日|誕生日|생년월일|생일|जन्म ?(?:तिथि|तारीख)|วันเกิด|تاريخ الميلاد)|родил(?:ся|ась)|出生于|出生)/giu

/**
 * Dates of birth: a day of a year from 1900 on, in figures or with a written month, that a word about birth introduces or
 * follows. Any other date stays, and so does a year alone.
 */
export const birthDate: Rule = {
  name: 'birth-date',
  type: 'DATE_OF_BIRTH',
  anchors: [
    ...[
      'birth',
      'born',
      'dob',
      'd.o',
      'd. o',
      'd o b',
      'bday',
      'b-day',
      'geb',
      'naiss',
      'fecha de nac',
      'nac.',
      'nacid',
    ],
    ...['nasc', 'nato ', 'nata ', 'delsed', 'dselsd', 'synty', 'urodz', 'um tarihi'],
  ],
  find: (text, hit) => beside(text, WORDS, hit),
}

/** Likewise, by words that hold letters beyond ASCII, of which an anchor says no more than that. */
export const birthDateElsewhere: Rule = {
  name: 'birth-date-elsewhere',
  type: 'DATE_OF_BIRTH',
  anchors: [
    ...['né', 'född', 'født', 'nació', 'doğumlu'],
    ...['дата', 'родил', '出生', '生年', '誕生', '생년', '생일', 'जन्म', 'วันเกิด', 'تاريخ'],
  ],
  digits: 4,
  find: (text, hit) => beside(text, ELSEWHERE, hit),
}

/** Reports the date that follows each word; that in front of one where none follows. A word that names the field, its first group, is surer. */
function beside(text: string, words: RegExp, hit: Hit): void {
  for (const { 0: word, 1: label, index } of text.matchAll(words)) {
    const end = index + word.length
    const score = label === undefined ? 0.8 : 1
    const after = AFTER().exec(text.slice(end, end + GAP + LONGEST))
    if (after !== null) {
      const to = end + after[0].length
      hit(to - (after[1] as string).length, to, score)
      continue
    }
    if (label === undefined) continue
    const from = Math.max(0, index - LONGEST)
    const before = BEFORE().exec(text.slice(from, index))
    if (before !== null) hit(from + before.index, from + before.index + (before[1] as string).length, score)
  }
}
