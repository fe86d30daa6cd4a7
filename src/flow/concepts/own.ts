import type { FittedConcept } from '../../core/concept.ts'
import type { ConceptRow, ConceptVersion, FitReport, KeptExamples, MadeHow } from '../../core/concept-record.ts'
import { conceptKey } from '../../core/concept-record.ts'
import type { ConceptAsk, ConceptTrial } from '../../core/own-concept.ts'
import { CONCEPT_NAME, MOST_CONCEPTS } from '../../core/own-concept.ts'
import type { Clock, Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { formatTime } from '../../core/window.ts'
import type { Redactor } from '../../redactors/index.ts'
import { changeRecords } from '../change-records.ts'
import type { ConceptFit, FitAsk } from './fit.ts'
import { conceptRow, conceptRows, newRow, nextVersion, rowWrite, turnedTo, versionWrite } from './rows.ts'
import type { ConceptSource } from './source.ts'

export interface OwnConceptParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
  concepts: Pick<ConceptSource, 'builtIn' | 'all'>
  redactor: Pick<Redactor, 'text'>
  fitConcept(ask: FitAsk): Promise<ConceptFit>
}

/** Whoever makes and changes concepts. */
export interface ConceptOwner {
  /** The only tenant that he sees, as it is stored: his concepts are that tenant's. Absent: the house's. */
  tenant_id?: string
  /** Whether he sees texts. */
  texts: boolean
  /** As the audit names him. */
  by: string
}

/**
 * Fits an own concept and keeps nothing. Throws BAD_REQUEST for a name that is none, CONFLICT for one of a built-in concept
 * or where there are too many, and as fitConcept does.
 */
export async function tryConcept(
  parts: OwnConceptParts,
  name: string,
  { description, reads = 'any', positives, negatives = [], aliases = [] }: ConceptAsk,
  { tenant_id, texts }: ConceptOwner,
): Promise<ConceptFit> {
  await checkName(parts, name, tenant_id)
  const fit = await parts.fitConcept({
    name,
    description: parts.redactor.text(description),
    reads,
    aliases: aliases.map((alias) => alias.toLowerCase()),
    positives,
    negatives,
    texts,
    ...(tenant_id === undefined ? {} : { tenant_id }),
  })
  return { ...fit, fitted: { ...fit.fitted, nouns: [name] } }
}

async function checkName({ engine, concepts }: OwnConceptParts, name: string, tenant_id: string | undefined) {
  const bad = (code: 'BAD_REQUEST' | 'CONFLICT', message: string) =>
    new Problem(code, `the name ${message}`, { errors: [{ path: '/name', message }] })
  if (!new RegExp(CONCEPT_NAME).test(name))
    throw bad('BAD_REQUEST', 'begins with a small letter and has at most 64 of a-z, 0-9, - and _')
  if (concepts.builtIn.some((one) => one.name === name))
    throw bad('CONFLICT', 'is that of a built-in concept; choose another, or correct that one by POST /v1/feedback')
  const own = (await conceptRows(engine)).filter(
    ({ row }) => row.tenant_id === (tenant_id ?? null) && row.version !== null && !row.built_in,
  )
  if (own.length >= MOST_CONCEPTS && !own.some(({ row }) => row.name === name))
    throw bad('CONFLICT', `would be one too many: there are ${MOST_CONCEPTS} own concepts; delete one first`)
}

/** What is to be kept as the newest version of a concept. */
export interface NewVersion {
  name: string
  tenant_id: string | null
  how: MadeHow
  by: string
  /** Of `restored`: which version it repeats. */
  of?: number
  fitted: FittedConcept
  correction?: ConceptVersion['correction']
  examples: KeptExamples | null
  report: FitReport | null
  /** Of a built-in one: version of its file. */
  shipped?: number
  /** Place in the order of records up to which labels are in it. */
  labels_rev?: number
}

/**
 * Keeps a version as the newest: events that come in are scored by it from now on, those that are stored by the job, and
 * until that is done the version before goes on answering. Throws CONFLICT where others kept changing the concept.
 * @returns its number
 */
export async function keepVersion(
  { engine, clock }: Pick<OwnConceptParts, 'engine' | 'clock'>,
  { name, tenant_id, how, by, of, fitted, correction = null, examples, report, shipped, labels_rev }: NewVersion,
): Promise<number> {
  return await changeRecords(engine, `the concept ${name}`, async () => {
    const now = clock.now()
    const at = formatTime(now)
    const before = await conceptRow(engine, conceptKey(name, tenant_id))
    const fresh = newRow({ name, tenant_id, built_in: shipped !== undefined, shipped: shipped ?? null }, at)
    const row: ConceptRow = before?.row ?? fresh
    const based = shipped === undefined || shipped === row.shipped ? row : { ...row, shipped, last: fresh.last }
    const version = nextVersion(based)
    const turned = {
      ...turnedTo(based, version, at),
      ...(labels_rev === undefined ? {} : { labels_rev, labels_at: at }),
    }
    const made: ConceptVersion = {
      version,
      at,
      by,
      how,
      of: of ?? null,
      fitted: { ...fitted, version },
      correction,
      examples,
      report,
    }
    return { writes: [rowWrite(turned, before?.written ?? 0), versionWrite(turned, made, now)], made: version }
  })
}

/** What a fit that is kept nowhere answers. */
export function trialOf({ fitted, report }: ConceptFit, tenant_id: string | undefined): ConceptTrial {
  const { name, description, reads, threshold, quality, aliases } = fitted
  return {
    name,
    description,
    reads,
    threshold,
    quality,
    aliases: [...aliases],
    tenant_id: tenant_id ?? null,
    built_in: false,
    cross_validated: report,
  }
}
