import type { Hit, Rule } from '../rule.ts'
import { isAssignedSecret } from './assigned-value.ts'
import { NAME_PLACES, type SecretName, secretNames } from './secret-name.ts'
import { looksRandom } from './strength.ts'

/** Longer lines are no rows of a table that somebody pasted. */
const LINE = 2048
const MARKS = ['|', '\t', ';', ','] as const
/** A heading: a few words, perhaps in quotes or emphasised, and no part of a sentence. */
const HEADING =
  /^\s{0,8}["'`*_]{0,3}(?!(?:and|or|und|oder|et|y)\s)[\p{L}_][\p{L}\d_./#-]{0,31}(?: [\p{L}\d_./()#-]{1,31}){0,2}(?<!\.)["'`*_]{0,3}\s{0,40}$/u
/** The line below the headings of Markdown. */
const RULE_LINE = /^[\s|:+-]{3,}$/
const CELL = /^\s*["'`]?(\S{4,128}?)["'`]?\s*$/d
/** A value of SQL, and what parts it from the next. */
const SQL_VALUE = /\s{0,8}(?:[NE]?'((?:[^'\\]|''|\\.){0,256})'|[\w.+-]{1,64})\s{0,8}([,)])/dy
const INSERT = /\binto\s{1,4}[\w."`[\]]{1,96}\s{0,4}\(([^()]{3,1000})\)\s{0,8}values\s{0,8}(?=\()/gi

/**
 * Secrets in a table whose heading says so: CSV and its kin, Markdown, and the values of an INSERT. A value is one word,
 * and must not be a word of the language.
 */
export const tabledSecret: Rule = {
  name: 'tabled-secret',
  type: 'SECRET',
  anchors: [
    ...['passw', 'passphrase', 'passcode', 'pwd', 'secret', 'kennwort', 'contrase', 'senha', 'token', 'api_key'],
    ...['api key', 'apikey', 'credential'],
  ],
  places: [NAME_PLACES],
  find(text, hit, clues) {
    let from = 0
    for (const name of secretNames(text, clues?.places(0))) {
      if (name.start >= from && name.trust !== 'perhaps') from = tabled(text, name, hit)
    }
    for (const found of text.matchAll(INSERT)) inserted(text, found, hit)
  },
}

/** Reports the cells below a heading; where the table ends, or the line that is none. */
function tabled(text: string, { start, trust }: SecretName, hit: Hit): number {
  const first = text.lastIndexOf('\n', start - 1) + 1
  const last = endOfLine(text, start)
  if (last === text.length || last - first > LINE) return last
  const line = text.slice(first, last)
  const mark = MARKS.find((one) => line.includes(one))
  if (mark === undefined) return last
  const headings = line.split(mark)
  if (!headings.every((cell) => HEADING.test(cell) || (mark === '|' && cell.trim() === ''))) return last
  const columns = headings.flatMap((cell, at) => (isSecretHeading(cell) ? [at] : []))

  let end = last
  while (end < text.length) {
    const [rowAt, rowEnd] = [end + 1, endOfLine(text, end + 1)]
    const row = text.slice(rowAt, Math.min(rowEnd, rowAt + LINE))
    const cells = row.split(mark)
    if (cells.length !== headings.length) break
    end = rowEnd
    if (RULE_LINE.test(row)) continue
    for (const column of columns) {
      const cell = cells[column] as string
      const [valueAt, valueEnd] = CELL.exec(cell)?.indices?.[1] ?? [0, 0]
      const value = cell.slice(valueAt, valueEnd)
      if (!isWord(value) && !isSample(value) && isAssignedSecret(value, '', trust, false)) {
        const at = rowAt + cells.slice(0, column).join(mark).length + (column > 0 ? 1 : 0)
        hit(at + valueAt, at + valueEnd, 0.9)
      }
    }
  }
  return end
}

/** Reports the values of the columns of an INSERT that hold secrets. */
function inserted(text: string, { 0: head, 1: names = '', index }: RegExpExecArray, hit: Hit): void {
  const columns = names.split(',').map(isSecretHeading)
  if (!columns.includes(true)) return
  let at = index + head.length
  while (text[at] === '(') {
    at++
    for (let column = 0, next = ','; next === ','; column++) {
      SQL_VALUE.lastIndex = at
      const found = SQL_VALUE.exec(text)
      if (found === null) return
      const value = found[1] ?? ''
      const [start, end] = found.indices?.[1] ?? [0, 0]
      if (columns[column] === true && !isSample(value) && isAssignedSecret(value, '', 'surely', true))
        hit(start, end, 0.9)
      at = SQL_VALUE.lastIndex
      next = found[2] as string
    }
    while (at < text.length && /[\s,]/.test(text[at] as string)) at++
  }
}

const isSecretHeading = (cell: string): boolean => {
  for (const { trust } of secretNames(cell)) if (trust !== 'perhaps') return true
  return false
}

/** A password that calls itself one, as samples have it: `password1`. */
const isSample = (value: string): boolean => /^\w{0,8}pass(?:word|wd)?\d{0,3}$/i.test(value)

/** Letters alone, in one case but for the first, or a short number: more often a word about a secret than one. */
const isWord = (value: string): boolean =>
  /^\p{L}\p{Ll}*$|^\p{Lu}+$/u.test(value) || (/^\d+$/.test(value) && !looksRandom(value))

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
