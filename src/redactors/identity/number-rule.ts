import { once } from '../../core/once.ts'
import { cluesIn } from '../clues.ts'
import { anyOf } from '../number-fit.ts'
import type { NumberStart } from '../number-start.ts'
import { compactOf, isAlone, near, type Rule } from '../rule.ts'

/** One kind of number, as a row of a table. */
export interface NumberRow {
  /** Name of the rule: `uk-nhs`. */
  name: string
  /** Word of its placeholder: `UK_NHS`. */
  type: string
  /** Digits that every match holds, at least. */
  digits: number
  /**
   * The whole number with the marks that may stand inside it; nothing before or behind it, both ends are seen to.
   * Bounded repetitions only. Flag `i` where small letters count too.
   */
  shape: RegExp
  /** Whether letters and digits without the marks, in upper case, can be such a number: check digits, dates, ranges that were never given. */
  check?(compact: string): boolean
  /** Names of it in the languages of its country and in English: `['national insurance', 'ni number']`; see `contextWords`. */
  words: readonly string[]
  /**
   * What makes a match credible beside form and check: `form` nothing more, wherever it stands; `alone` a word near it,
   * or a text that holds nothing else; `word` a word near it and nothing less. A function tells by how it is written.
   */
  enough: Enough | ((found: string) => Enough)
  /** See `Rule`. */
  proven?: boolean
}

export type Enough = 'form' | 'alone' | 'word'

/** Seconds or milliseconds since 1970 of the years 2020 to 2030: sent alone, it is a time rather than anybody's number. */
const CLOCK = /^1[678]\d{8}(?:\d{3})?$/

/** What may stand beside a number that is sent almost alone: one more number, with a word that joins the two. */
const JOINED = /^(?:and|or|und|oder|et|ou|y|o|e|ed|en|of|och|og|ja|ve|i|&)$/i
const ALMOST = 64

/** One digit all along, or all digits in a row, are a placeholder, whatever the check digit says. */
const FILLED_IN = /^(?:(\d)\1+|0?123456789|1234567890|9876543210?)$/

/** What a number ends before: no letter, digit or hyphenated rest, no decimal places, no per cent. */
const CLOSED = '(?![A-Za-z0-9%]|[-_][A-Za-z0-9]|[.:]\\d)'

const closed = ({ shape: { source, flags } }: NumberRow): RegExp =>
  new RegExp(`(?:${source})${CLOSED}`, `${flags.replace(/[gy]/g, '')}y`)

/** The rule for a row by itself. */
export const numberRule = (row: NumberRow): Rule => ruleOf(row, (starts) => starts)

/** The rules for the rows of a table. One expression of all their shapes leaves the starts out that none of them fits. */
export function numberRules(rows: readonly NumberRow[]): readonly Rule[] {
  const any = once(() => anyOf(rows.map(closed)))
  const fewest = Math.min(...rows.map(({ digits }) => digits))
  // the starts of a text are the same list for every rule of a scan, and are forgotten with it
  const known = new WeakMap<readonly NumberStart[], readonly NumberStart[]>()
  const fitting: Narrow = (all, text) => {
    let fit = known.get(all)
    if (fit === undefined) {
      const expression = any()
      fit = all.filter((start) => {
        expression.lastIndex = start.at
        return start.digits >= fewest && expression.test(text)
      })
      known.set(all, fit)
    }
    return fit
  }
  return rows.map((row) => ruleOf(row, fitting))
}

/** The starts at which a rule of a table may match. */
type Narrow = (all: readonly NumberStart[], text: string) => readonly NumberStart[]

/** Matches whose surroundings are searched for a word before the whole text is asked, once, whether it holds one at all. */
const PATIENCE = 8

const cluesOf = cluesIn()

/** A match with a word near it or a check is sure; one by form alone is not. */
function ruleOf(row: NumberRow, narrow: Narrow): Rule {
  const { name, type, digits, check, enough } = row
  const shape = closed(row)
  const words = once(() => contextWords(row.words))
  return {
    name,
    type,
    digits,
    shape,
    ...(row.proven === undefined ? {} : { proven: row.proven }),
    canonical: compactOf,
    find(text, hit, { starts } = cluesOf(text)) {
      let searched = 0
      let any = true
      const isNamed = (from: number, to: number): boolean => {
        if (++searched === PATIENCE) any = words().test(text)
        return any && near(text, from, to, words(), 48, 36)
      }
      for (const start of narrow(starts(), text)) {
        if (start.digits < digits) continue
        shape.lastIndex = start.at
        const found = shape.exec(text)?.[0]
        if (found === undefined) continue
        const end = start.at + found.length
        if (found.includes(' ') && (start.inner || /^ \d/.test(text.slice(end, end + 2)))) continue
        const compact = compactOf(found)
        if (FILLED_IN.test(compact) || check?.(compact) === false) continue
        const least = typeof enough === 'string' ? enough : enough(found)
        if (least === 'form') hit(start.at, end)
        else if (isNamed(start.at, end)) hit(start.at, end, check === undefined ? 0.8 : 1)
        else if (least === 'alone' && isAlmostAlone(text, start.at, end) && !CLOCK.test(found)) {
          hit(start.at, end, check === undefined ? 0.6 : 0.9)
        }
      }
    },
  }
}

/** Letters as a, digits as 0, marks gone. */
const formOf = (text: string): string => compactOf(text).replace(/[A-Z]/g, 'a').replace(/\d/g, '0')

/** True where a match has the text to itself, or shares it with one other number. */
function isAlmostAlone(text: string, start: number, end: number): boolean {
  if (isAlone(text, start, end)) return true
  if (text.length > ALMOST) return false
  const parts = `${text.slice(0, start)} ${text.slice(end)}`.split(/[\s,;/+]+/).filter((part) => part !== '')
  const others = parts.filter((part) => !JOINED.test(part))
  const other = others.join('')
  if (!others.every((part) => /\d/.test(part)) && formOf(other) !== formOf(text.slice(start, end))) return false
  return parts.length <= 3 && /^[a-z]{0,2}[\w.-]{7,24}$/i.test(other) && other.replace(/\D/g, '').length >= 7
}

/**
 * An expression for words in context. A blank stands for a blank, a hyphen, an underscore or nothing, so that
 * `tax number` is also found in `tax_number` and `taxNumber`. A word ends where its letters end, but for a word of
 * number behind it (`npiNo`) and for scripts without blanks between words. Other characters are those of an expression.
 */
export function contextWords(words: readonly string[]): RegExp {
  const all = words.map((word) => word.replaceAll(' ', '[\\s_-]?')).join('|')
  return new RegExp(`(?<![A-Za-z])(?:${all})(?:s|[\\s_-]?(?:numbers?|num|nos?|nr|id|code))?(?![A-Za-z])`, 'i')
}

/** True for a day of the calendar. @param year of four digits; month and day from 1 */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** True for six digits that read as year, month and day, in a year of either century. */
export const isShortDay = (yymmdd: string): boolean => {
  const [year, month, day] = [0, 2, 4].map((at) => Number(yymmdd.slice(at, at + 2))) as [number, number, number]
  return isDay(2000 + year, month, day) || isDay(1900 + year, month, day)
}
