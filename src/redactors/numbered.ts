import type { Tagger } from './placeholder.ts'

/** More different values of a type in one event share the last number. Longer numbers could be data in brackets. */
const MOST = 999_999
/** Bags are not followed deeper; redaction itself stops before. */
const DEPTH = 128

/** `[EMAIL_1]`: a placeholder that means something within its event alone. */
export const NUMBERED_FORM = '\\[[A-Z][A-Z_]{1,30}_[1-9][0-9]{0,5}\\]'

/**
 * Placeholders without a key: the same value of one type gets the same number for as long as the tagger lives, which is
 * one event or one text. Numbers go on after the highest that is taken already, so that those of an earlier redaction
 * keep their meaning.
 */
export function numbered(tagger: Tagger, taken: ReadonlyMap<string, number>): Tagger {
  const last = new Map(taken)
  const numbers = new Map<string, number>()
  return {
    ...tagger,
    placeholder(_tenant, type, value) {
      const key = `${type}\0${value}`
      let n = numbers.get(key)
      if (n === undefined) {
        n = Math.min((last.get(type) ?? 0) + 1, MOST)
        last.set(type, n)
        numbers.set(key, n)
      }
      return `[${type}_${n}]`
    },
  }
}

/** The highest number of each type among the placeholders of all texts of a value, names of fields included. */
export function numbersIn(value: unknown): Map<string, number> {
  const highest = new Map<string, number>()
  const read = (text: string) => {
    if (!text.includes('[')) return
    for (const [found] of text.matchAll(FORM)) {
      const cut = found.lastIndexOf('_')
      const type = found.slice(1, cut)
      highest.set(type, Math.max(highest.get(type) ?? 0, Number(found.slice(cut + 1, -1))))
    }
  }
  const walk = (inner: unknown, depth: number): void => {
    if (typeof inner === 'string') read(inner)
    else if (typeof inner === 'object' && inner !== null && depth < DEPTH)
      for (const [name, item] of Object.entries(inner)) {
        if (!Array.isArray(inner)) read(name)
        walk(item, depth + 1)
      }
  }
  walk(value, 0)
  return highest
}

const FORM = new RegExp(NUMBERED_FORM, 'g')
