import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Span } from '../src/redactors/scan.ts'

/** A labelled text. Offsets of spans are Unicode code points, end exclusive. */
export interface Row {
  text: string
  spans?: [start: number, end: number, type: string][]
  /** Of vectors: the one recogniser that they were made for, in lower case; other kinds are not labelled. */
  recogniser?: string
  /** 1: holds a secret; 0: nearly does. */
  label?: 0 | 1
  categories?: string[] | null
}

/** A label in UTF-16 offsets. */
export interface Label {
  start: number
  end: number
  label: string
}

/**
 * What a label asks of the rules: `checked` kinds have a checksum, `shaped` ones a pattern or a word beside them, `names`
 * are persons and places, and the rest (plain URLs, dates, ages, organisations) is not personal by itself.
 */
export type Demand = 'checked' | 'shaped' | 'names' | 'none'

const CHECKED =
  /CREDIT_CARD|IBAN|US_SSN|ABA_ROUTING|US_NPI|UK_NHS|AADHAAR|GSTIN|AU_(?:ABN|ACN|TFN|MEDICARE)|CA_SIN|CRYPTO|DE_(?:TAX_ID|VAT_ID|ID_CARD|PASSPORT|SOCIAL|HEALTH|LANR)|ES_NI[EF]|FI_PERSONAL|IT_(?:FISCAL|VAT)|KR_(?:BRN|RRN|FRN)|PL_PESEL|SE_|SG_UEN|TH_TNIN|TR_NATIONAL|ZA_ID|NG_NIN|UK_DRIVING|MEDICAL_LICENSE/
const NAMES =
  /^(?:PERSON|TITLE|PREFIX|ADDRESS|STREET_ADDRESS|LOCATION|GPE|ZIP_CODE|SPACY|STANZA|TRANSFORMERS|HUGGINGFACE)$/
const NONE = /^(?:URL|DOMAIN_NAME|DATE|DATE_TIME|AGE|NRP|ORGANIZATION)$/

export function demandOf(label: string): Demand {
  return NAMES.test(label) ? 'names' : NONE.test(label) ? 'none' : CHECKED.test(label) ? 'checked' : 'shaped'
}

/** Types that a recogniser of this name may give: its own, or the shorter word that ours has. */
export function isOwnType(type: string, recogniser: string): boolean {
  const name = recogniser.toUpperCase()
  return type === name || (name.includes(type) && type.length > 1) || (type === 'CARD' && name === 'CREDIT_CARD')
}

/** The labels of a row in UTF-16 offsets. */
export function labelsOf(row: Row): Label[] {
  const offsets = [0]
  for (const char of row.text) offsets.push((offsets.at(-1) as number) + char.length)
  return (row.spans ?? []).map(([start, end, label]) => ({ start: offsets[start] ?? 0, end: offsets[end] ?? 0, label }))
}

/** Whether found parts cover a range without a gap. */
export function covered(found: readonly Span[], { start, end }: Label): boolean {
  let at = start
  for (const span of found) if (span.start <= at && span.end > at) at = span.end
  return at >= end
}

/** Whether a found part touches a label. */
export const touches = (span: Span, labels: readonly Label[]): boolean =>
  labels.some(({ start, end }) => start < span.end && span.start < end)

/** The `*.jsonl.gz` files of a folder, by name without ending; null where there is no folder. */
export function setsIn<T>(folder: string | undefined): Map<string, T[]> | null {
  if (folder === undefined || !existsSync(folder)) return null
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl.gz'))
  return new Map(files.sort().map((name) => [basename(name, '.jsonl.gz'), linesOf<T>(join(folder, name))]))
}

function linesOf<T>(path: string): T[] {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T)
}
