import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'

const scan = createScan(RULES)

/** What looks like something sensitive and is not: it must survive, or logs stop being of use. One text a line, under the title of its kind. */
const lookAlikes = readFileSync(join(import.meta.dirname, 'look-alikes.txt'), 'utf8')
  .split(/^# /m)
  .slice(1)
  .map((part) => part.split('\n').filter((line) => line !== ''))

for (const [title, ...texts] of lookAlikes) {
  describe(`${title} survive`, () => {
    it.each(texts)('%s', (text) =>
      expect(scan(text).map((span) => [span.rule, text.slice(span.start, span.end)])).toEqual([]),
    )
    it.each(texts.slice(0, 20))('inside a sentence: %s', (text) => {
      const said = `we saw ${text} in the log, and it was fine`
      expect(scan(said).map((span) => [span.rule, said.slice(span.start, span.end)])).toEqual([])
    })
  })
}

it('the list is long enough to mean something', () => {
  expect(lookAlikes.flatMap(([, ...texts]) => texts).length).toBeGreaterThan(450)
})
