import { join } from 'node:path'
import { packageRoot } from '../src/config.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { hardlyKnown, readingNotice } from '../src/flow/search/notices.ts'
import { dot } from '../src/stats/dot.ts'
import { SAID } from './languages-said.ts'

interface LanguageRow {
  language: string
  /** Mean share of the letters of a question that stand in words which the model hardly knows. */
  hardly_known: number
  /** Share of the questions whose answer says so. */
  noticed: number
  /** Share of the questions whose own text is the nearest of all in their language, and of the same texts in English. */
  nearest: number
  nearest_in_english: number
}

/**
 * How far the shipped model carries in other languages: questions and texts of ours that say the same, and whether the
 * answer would say that it hardly knows the words.
 */
export async function evalLanguages({ json }: { json: boolean }): Promise<object> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const english = await encoder.encode(SAID.en!.map(([, text]) => text))
    const rows: LanguageRow[] = []
    for (const [language, pairs] of Object.entries(SAID)) {
      const questions = pairs.map(([question]) => question)
      const asked = await encoder.encode(questions)
      const texts = await encoder.encode(pairs.map(([, text]) => text))
      let [hardly, noticed] = [0, 0]
      for (const question of questions) {
        hardly += await hardlyKnown(question, encoder.pieces!)
        if ((await readingNotice(encoder, [question])) !== null) noticed++
      }
      rows.push({
        language,
        hardly_known: hardly / pairs.length,
        noticed: noticed / pairs.length,
        nearest: firsts(asked, texts),
        nearest_in_english: firsts(asked, english),
      })
    }
    if (!json) process.stdout.write(`${tableOf(rows)}\n`)
    return { rows }
  } finally {
    await encoder.close()
  }
}

/** Share of the vectors whose own counterpart is the nearest; a draw is none. */
function firsts(asked: readonly Float32Array[], texts: readonly Float32Array[]): number {
  const right = asked.filter((q, i) => {
    const own = dot(q, texts[i]!)
    return texts.every((text, j) => j === i || dot(q, text) < own)
  })
  return right.length / asked.length
}

function tableOf(rows: readonly LanguageRow[]): string {
  const head = '| language | letters in words hardly known | questions noticed | nearest is its own text | in English |'
  const share = (value: number) => value.toFixed(2)
  const lines = rows.map(
    ({ language, hardly_known, noticed, nearest, nearest_in_english }) =>
      `| ${[language, ...[hardly_known, noticed, nearest, nearest_in_english].map(share)].join(' | ')} |`,
  )
  return [head, '|---|---|---|---|---|', ...lines].join('\n')
}
