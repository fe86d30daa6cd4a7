import { readFileSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { Problem } from '../core/problem.ts'
import { csvRecords } from '../formats/in/csv.ts'
import type { Mapping } from '../formats/in/mapping.ts'
import type { Usage } from '../formats/in/usage.ts'
import { anthropicUsage, isAnthropicUsage } from '../formats/in/usage-anthropic.ts'
import { isOpenAiUsage, openAiUsage } from '../formats/in/usage-openai.ts'
import { usageTable } from '../formats/in/usage-table.ts'

/** Largest usage file, read and inflated. */
const LARGEST = 256 * 2 ** 20

/**
 * Reads what a second witness says: pages of an OpenAI or Anthropic usage export (JSON, or one page a line), JSON or
 * NDJSON records, or a CSV with a header line; `.gz` too. Nothing is read by half: throws BAD_REQUEST where the file is
 * not there, too large, or any part of it is no usage. Never quotes the file.
 */
export async function readUsage(file: string, mapping: Mapping): Promise<Usage> {
  try {
    const text = textOf(file)
    const records = jsonOf(text) ?? (await csvOf(text))
    const buckets = records.flatMap((one) => (isPage(one) ? one.data : [one]))
    if (buckets.every((one) => typeof one === 'object' && one !== null)) {
      if (isOpenAiUsage(buckets as object[])) return openAiUsage(buckets as object[])
      if (isAnthropicUsage(buckets as object[])) return anthropicUsage(buckets as object[])
    }
    return usageTable(buckets, mapping)
  } catch (error) {
    if (error instanceof Problem) throw new Problem('BAD_REQUEST', `${file}: ${error.message}`)
    const { code = 'unknown reason' } = error as { code?: string }
    throw new Problem('BAD_REQUEST', `${file} cannot be read: ${code}`, { cause: error })
  }
}

function textOf(file: string): string {
  if (statSync(file).size > LARGEST) throw new Problem('BAD_REQUEST', `it is larger than ${LARGEST} bytes; split it`)
  const bytes = readFileSync(file)
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = zipped ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes
  return plain.toString('utf8').replace(/^\ufeff/, '')
}

/** The values of a JSON text or of one a line; null where it does not look like either. */
function jsonOf(text: string): unknown[] | null {
  if (!/^\s*[{[]/.test(text)) return null
  try {
    const whole: unknown = JSON.parse(text)
    return Array.isArray(whole) ? whole : [whole]
  } catch {
    return text.split('\n').flatMap((line, i) => {
      if (line.trim() === '') return []
      try {
        return [JSON.parse(line) as unknown]
      } catch {
        throw new Problem('BAD_REQUEST', `line ${i + 1} is not valid JSON`)
      }
    })
  }
}

async function csvOf(text: string): Promise<unknown[]> {
  const records: unknown[] = []
  for await (const record of csvRecords(Readable.from([Buffer.from(text)]))) records.push(record)
  return records
}

function isPage(value: unknown): value is { data: unknown[] } {
  return typeof value === 'object' && value !== null && Array.isArray((value as { data?: unknown }).data)
}
