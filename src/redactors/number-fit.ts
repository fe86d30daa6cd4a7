import { type NumberStart, numberStarts } from './number-start.ts'
import type { Rule } from './rule.ts'

/** Numbers of few digits are most, and few shapes are for them: what is tried at a start depends on how many follow. */
const LEVELS = [2, 3, 4, 5, 7, Number.POSITIVE_INFINITY]

/**
 * Where numbers begin that fit the shape of some rule, so that the rules are seldom asked about prices, years and counts.
 * The expressions are compiled when the first number comes. The function takes the text and where rows of digits begin.
 */
export function createNumberFit(rules: readonly Rule[]): (text: string, numbers: readonly number[]) => NumberStart[] {
  const least = Math.min(...rules.flatMap(({ digits, shape }) => (shape === undefined ? [] : [digits ?? 0])))
  const levels: (RegExp | undefined)[] = []
  const expressionFor = (digits: number): RegExp => {
    const level = LEVELS.findIndex((most) => digits <= most)
    const known = levels[level]
    if (known !== undefined) return known
    const shapes = rules.flatMap(({ digits: least = 0, shape }) =>
      shape !== undefined && least <= (LEVELS[level] as number) ? [shape] : [],
    )
    const made = anyOf(shapes)
    levels[level] = made
    return made
  }
  return (text, numbers) =>
    numberStarts(text, numbers, least).filter(({ at, digits }) => {
      const expression = expressionFor(digits)
      expression.lastIndex = at
      return expression.test(text)
    })
}

/** One of several shapes, in either case; references to groups are counted on. Sticky. */
export function anyOf(shapes: readonly RegExp[]): RegExp {
  let groups = 0
  const sources = shapes.map(({ source }) => {
    const before = groups
    groups += (new RegExp(`${source}|`).exec('') as RegExpExecArray).length - 1
    return source.replace(/\\([1-9])/g, (_, n) => `\\${before + Number(n)}`)
  })
  // without shapes nothing fits
  return new RegExp(sources.length === 0 ? '(?!)' : sources.map((source) => `(?:${source})`).join('|'), 'iy')
}
