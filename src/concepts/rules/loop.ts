/** One word or phrase that is said over and over. */
export interface Loop {
  /** UTF-16 units [start, end) of the text. */
  start: number
  end: number
  /** Words of the phrase, and how often it comes. */
  period: number
  times: number
}

/** Words of a phrase at most: about a sentence. */
const MOST_PERIOD = 24
/** Characters that are read at either end of a text: a loop begins it, or it ends in one. */
const MOST = 16_384
/** The same letter so often is a loop without words. */
const LETTERS = 64

const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}'’]+/gu
const ONE_LETTER = new RegExp(`(\\p{L})\\1{${LETTERS - 1},}`, 'u')

/**
 * The loop of a text that says most for itself by `weightOf`; null where nothing comes twice in a row. What lies between
 * words (commas, lines, signs) does not part them; numbers alone make none, for tables are full of zeros. Takes time in
 * proportion to the text, of which 16,384 characters are read at each end.
 */
export function loopIn(text: string): Loop | null {
  const whole = text.length <= 2 * MOST
  const windows = whole ? [0] : [0, text.length - MOST]
  let best: Loop | null = null
  for (const from of windows) {
    const found = loopWithin(text.slice(from, whole ? undefined : from + MOST))
    if (found === null || (best !== null && weightOf(found) <= weightOf(best))) continue
    best = { ...found, start: found.start + from, end: found.end + from }
  }
  return best
}

/**
 * How plain a loop is: 0 is even odds. Its times count most, and how long all of it is: "no, no, no" is speech, forty are
 * none.
 */
export const weightOf = ({ period, times }: Loop): number =>
  1.5 * Math.log2(times) + 0.8 * Math.log2((period * times) / 8) - 6

function loopWithin(text: string): Loop | null {
  const letters = ONE_LETTER.exec(text)
  let best: Loop | null =
    letters === null
      ? null
      : { start: letters.index, end: letters.index + letters[0].length, period: 1, times: letters[0].length }
  const numbers = new Map<string, number>()
  const words: number[] = []
  const lettered: number[] = [0]
  const places: { start: number; end: number }[] = []
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const form = word.toLowerCase()
    const number = numbers.get(form) ?? numbers.size
    numbers.set(form, number)
    words.push(number)
    lettered.push(lettered.at(-1)! + (/\p{L}/u.test(form) ? 1 : 0))
    places.push({ start: index, end: index + word.length })
  }
  for (let period = 1; period <= Math.min(MOST_PERIOD, words.length >> 1); period++) {
    let run = 0
    for (let at = period; at <= words.length; at++) {
      if (at < words.length && words[at] === words[at - period]) {
        run++
        continue
      }
      const times = 1 + Math.floor(run / period)
      const first = at - run - period
      if (times > 1 && lettered[first + period]! > lettered[first]!) {
        const last = first + times * period - 1
        const found = { start: places[first]!.start, end: places[last]!.end, period, times }
        if (best === null || weightOf(found) > weightOf(best)) best = found
      }
      run = 0
    }
  }
  return best
}
