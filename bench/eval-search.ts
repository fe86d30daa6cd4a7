import { writeFileSync } from 'node:fs'
import { arch, availableParallelism } from 'node:os'
import { evalEstimates } from './eval-estimates.ts'
import { evalFew } from './eval-few.ts'
import { evalMeaning } from './eval-meaning.ts'
import { evalRefusals } from './eval-refusals.ts'
import { evalThreats } from './eval-threats.ts'
import { evalTold } from './eval-told.ts'
import { type Section, searchPage } from './search-page.ts'
import {
  clusterSection,
  estimateSection,
  fewSection,
  intentSection,
  refusalSection,
  similaritySection,
  threatSection,
  toldSection,
} from './search-sections.ts'

/**
 * The quality of search by meaning, every part beside its peers in the same run, and whether the goals that were set
 * beforehand are met. Prints the page, or writes it to `write`, which takes all labelled sets: a page that lacks a part is not
 * written. Parts whose sets `dataDir` lacks are skipped, aloud.
 * @param day of which the page says that it was made, ISO 8601
 */
export async function evalSearch(
  dataDir: string | undefined,
  { json, write, day }: { json: boolean; write: string | undefined; day: string },
): Promise<object> {
  const quiet = { json: true }
  const parts = [
    async () => sectionsOf(await evalRefusals(dataDir, quiet), ({ rows }) => [refusalSection(rows)]),
    async () => sectionsOf(await evalFew(dataDir, quiet), ({ rows }) => [fewSection(rows)]),
    async () => sectionsOf(await evalThreats(dataDir, quiet), ({ rows }) => [threatSection(rows)]),
    async () => sectionsOf(await evalEstimates(dataDir, quiet), ({ rows }) => [estimateSection(rows)]),
    async () =>
      sectionsOf(await evalMeaning(dataDir, quiet), ({ intents, similarity, clusters }) => [
        intentSection(intents),
        similaritySection(similarity),
        clusterSection(clusters),
      ]),
    async () => sectionsOf(await evalTold(dataDir, quiet), ({ rows }) => [toldSection(rows)]),
  ]
  const sections: Section[] = []
  let skipped = 0
  for (const part of parts) {
    const made = await part()
    if (made.length === 0) skipped++
    for (const { title } of made) process.stderr.write(`${title}: measured\n`)
    sections.push(...made)
  }
  const command = `npm run eval -- search --data DIR --write ${write ?? 'docs/quality/search.md'}`
  const machine = `${availableParallelism()} cores, ${arch()}, Node ${process.version}`
  const page = searchPage(sections, { command, day, machine })
  if (write !== undefined && skipped > 0) process.stderr.write(`${write} is not written: parts of it were skipped\n`)
  else if (write !== undefined) writeFileSync(write, page)
  else if (!json) process.stdout.write(page)
  return { sections }
}

/** What an evaluation adds to the page; nothing where it was skipped. */
function sectionsOf<Report extends object>(
  report: Report | { skipped: string },
  made: (report: Report) => Section[],
): Section[] {
  return 'skipped' in report ? [] : made(report)
}
