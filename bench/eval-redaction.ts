import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { RULES } from '../src/redactors/index.ts'
import { createScan, type Span } from '../src/redactors/scan.ts'
import { type Share, shareOf } from './share.ts'

/** A labelled text. Offsets of spans are Unicode code points, end exclusive. */
interface Row {
  text: string
  spans?: [start: number, end: number, type: string][]
  /** 1: holds a secret; 0: nearly does. */
  label?: 0 | 1
  categories?: string[] | null
}

export interface RedactionReport {
  /** Labelled spans covered whole, by file and type of the label. */
  recall: Record<string, Share>
  /** Of what was found, by our type: how much lies on a labelled span of any kind, in files that label everything. */
  precision: Record<string, Share>
  /** Texts with a secret that were changed; near misses of one rule that were changed (many hold the secret of another rule). */
  secrets: { caught: Share; caughtIdentifiers: Share; nearMissesChanged: Share } | null
  /** Texts without a labelled span of a type that we find, and how many were changed. */
  clean: Share
}

/** Labels that our rules are meant to catch, by the type that they should get. */
const OURS: readonly (readonly [label: RegExp, type: string])[] = [
  [/CREDIT_CARD/, 'CARD'],
  [/IBAN/, 'IBAN'],
  [/US_SSN/, 'SSN'],
  [/EMAIL/, 'EMAIL'],
  [/PHONE|MOBILE_NUMBER/, 'PHONE'],
  [/^IP/, 'IP'],
]
const typeOf = (label: string) => OURS.find(([pattern]) => pattern.test(label))?.[1] ?? null

/**
 * What the rules catch of labelled texts. Prints a table, or JSON with `json`.
 * @param dataDir holds `*.jsonl.gz` files of rows with `text` and `spans` or `label`; absent: says so and skips
 */
export async function evalRedaction(dataDir: string | undefined, out: { json: boolean }): Promise<object> {
  if (dataDir === undefined || !existsSync(dataDir)) {
    process.stderr.write('redaction: no folder of labelled texts was given (--data FOLDER), so nothing is measured\n')
    return { skipped: true }
  }
  const files = readdirSync(dataDir)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .sort()
  const report = measure(new Map(files.map((name) => [name.replace(/\.jsonl\.gz$/, ''), rowsOf(join(dataDir, name))])))
  if (!out.json) process.stdout.write(`${tableOf(report)}\n`)
  return report
}

/** The figures over sets of labelled texts, by name. */
export function measure(sets: ReadonlyMap<string, readonly Row[]>): RedactionReport {
  const scan = createScan(RULES)
  const recall = new Counts()
  const precision = new Counts()
  const secrets = new Counts()
  const clean = new Counts()
  for (const [set, rows] of sets) {
    // a set in which every row is labelled for every kind; vectors are labelled for one recogniser each
    const whole = rows.every((row) => row.label === undefined && !('recogniser' in row))
    for (const row of rows) {
      const found = scan(row.text)
      if (row.label !== undefined) {
        const identifier = row.label === 1 && !(row.categories ?? []).includes('secret')
        secrets.add(row.label === 0 ? 'near' : identifier ? 'identifier' : 'secret', found.length > 0)
        continue
      }
      const labelled = labelledIn(row)
      for (const { start, end, label } of labelled) {
        if (typeOf(label) !== null) recall.add(`${set} ${label}`, covered(found, start, end))
      }
      if (!whole) continue
      for (const span of found)
        precision.add(
          span.type,
          labelled.some((l) => l.start < span.end && span.start < l.end),
        )
      if (!labelled.some(({ label }) => typeOf(label) !== null)) clean.add('changed', found.length > 0)
    }
  }
  return {
    recall: recall.shares(),
    precision: precision.shares(),
    secrets: secrets.has('secret')
      ? {
          caught: secrets.share('secret'),
          caughtIdentifiers: secrets.share('identifier'),
          nearMissesChanged: secrets.share('near'),
        }
      : null,
    clean: clean.share('changed'),
  }
}

/** Labels in UTF-16 offsets. */
function labelledIn(row: Row) {
  const offsets = [0]
  for (const char of row.text) offsets.push((offsets.at(-1) as number) + char.length)
  return (row.spans ?? []).map(([start, end, label]) => ({ start: offsets[start] ?? 0, end: offsets[end] ?? 0, label }))
}

/** Whether found parts cover a range without a gap. */
function covered(found: readonly Span[], start: number, end: number): boolean {
  let at = start
  for (const span of found) if (span.start <= at && span.end > at) at = span.end
  return at >= end
}

class Counts {
  readonly #counts = new Map<string, { of: number; n: number }>()

  add(key: string, hit: boolean) {
    const row = this.#counts.get(key) ?? { of: 0, n: 0 }
    this.#counts.set(key, { of: row.of + (hit ? 1 : 0), n: row.n + 1 })
  }

  has = (key: string) => this.#counts.has(key)

  share(key: string): Share {
    const { of, n } = this.#counts.get(key) ?? { of: 0, n: 0 }
    return shareOf(of, n)
  }

  shares(): Record<string, Share> {
    return Object.fromEntries([...this.#counts.keys()].sort().map((key) => [key, this.share(key)]))
  }
}

function rowsOf(path: string): Row[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row)
}

function tableOf(report: RedactionReport): string {
  const line = (name: string, s: Share) =>
    `  ${name.padEnd(40)} ${s.share.toFixed(3)}  [${s.low.toFixed(3)}, ${s.high.toFixed(3)}]  ${s.of}/${s.n}`
  const all = (shares: Record<string, Share>) => Object.entries(shares).map(([name, s]) => line(name, s))
  return [
    'Recall: labelled spans covered whole (share, 95 % interval)',
    ...all(report.recall),
    'Precision: found parts that lie on a label, by type',
    ...all(report.precision),
    ...(report.secrets === null
      ? []
      : [
          'Secrets',
          line('texts with a secret, changed', report.secrets.caught),
          line('texts with a public identifier, changed', report.secrets.caughtIdentifiers),
          line('near misses of one rule, changed', report.secrets.nearMissesChanged),
        ]),
    'Texts without any such label',
    line('changed', report.clean),
  ].join('\n')
}
