import { conceptKey } from '../core/concept-record.ts'
import type { FeedbackAnswer, FeedbackAsk } from '../core/feedback.ts'
import type { Engine } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import type { Redactor } from '../redactors/index.ts'
import type { ConceptOwner, OwnConceptParts } from './concepts/own.ts'
import { AT_ONCE, refitOwn } from './concepts/refit.ts'
import { conceptRow, versionOf } from './concepts/rows.ts'
import { seenConcept } from './concepts/show.ts'
import type { StandingConcept } from './concepts/source.ts'
import { type FindingsSeen, findingOf, patchFinding } from './findings.ts'
import { giveLabel, labelOf, labelShown, labelsFor, withdrawLabel } from './labels.ts'
import { labelInSearch } from './searches/label.ts'
import { searchKept } from './searches/rows.ts'

export interface FeedbackParts extends OwnConceptParts {
  engine: Pick<Engine, 'records' | 'putRecords' | 'events'>
  redactor: Pick<Redactor, 'text' | 'forms'>
}

/** Whoever gives feedback, and what he sees. */
export type FeedbackOwner = ConceptOwner & Pick<FindingsSeen, 'insiders'>

/** What feedback is about, found and seen. */
export type About =
  | { of: 'concept'; concept: StandingConcept; key: string; tenant_id: string | null; event: LabelledEvent }
  | { of: 'finding'; finding_id: string; tenant_id: string | null; event: LabelledEvent | null }
  /** Of a phrase or of examples: there is no concept that the label could fit. */
  | { of: 'search'; tenant_id: string | null; event: LabelledEvent }

type LabelledEvent = { event_id: string; user_id?: string }

/**
 * Finds what feedback is about. A caller who is bound to a tenant speaks of that tenant's events alone: what he says of a
 * built-in concept corrects it for them, and for nobody else. Throws BAD_REQUEST where it is about neither a concept nor a
 * finding, NOT_FOUND where there is none, or no event, that he sees.
 */
export async function aboutOf(
  parts: Pick<FeedbackParts, 'engine' | 'redactor' | 'concepts' | 'clock'>,
  given: Pick<FeedbackAsk, 'event_id' | 'concept' | 'finding_id' | 'search_id'>,
  { tenant_id: bound, insiders }: FeedbackOwner,
): Promise<About> {
  const { ask, phrase } = await ofSearch(parts, given, bound ?? null)
  const own = bound === undefined ? {} : { tenant_id: bound }
  if (!phrase && (ask.concept === undefined) === (ask.finding_id === undefined))
    throw bad('/concept', 'feedback is about a concept or about a finding: give one of both')
  if (ask.finding_id === undefined && ask.event_id === undefined) throw bad('/event_id', 'the event is missing')
  const event = ask.event_id === undefined ? null : await eventNamed(parts, ask.event_id, bound)
  if (ask.finding_id !== undefined) {
    const seen = { ...own, ...(insiders === undefined ? {} : { insiders }) }
    const { finding_id, tenant_id } = await findingOf(parts, ask.finding_id, seen)
    return { of: 'finding', finding_id, tenant_id, event }
  }
  if (phrase) return { of: 'search', tenant_id: bound ?? null, event: event! }
  const concept = await seenConcept(parts, ask.concept!, { bound, asked: event?.tenant_id })
  const { name, built_in } = concept.row
  const tenant_id = built_in ? (bound ?? null) : concept.row.tenant_id
  return { of: 'concept', concept, key: conceptKey(name, tenant_id), tenant_id, event: event! }
}

/** What is asked about by way of a search: its concept, or, where it has none, the search alone. Throws NOT_FOUND, BAD_REQUEST. */
async function ofSearch<Ask extends Pick<FeedbackAsk, 'concept' | 'finding_id' | 'search_id'>>(
  { engine, clock }: Pick<FeedbackParts, 'engine' | 'clock'>,
  ask: Ask,
  owner: string | null,
): Promise<{ ask: Ask; phrase: boolean }> {
  if (ask.search_id === undefined) return { ask, phrase: false }
  const { concept } = (await searchKept(engine, owner, ask.search_id, clock.now())).search.set
  if (ask.finding_id !== undefined) throw bad('/finding_id', 'a search finds events, no findings')
  if (ask.concept !== undefined && ask.concept !== concept?.called)
    throw bad('/concept', 'is none that this search is about; leave it out')
  return concept === null ? { ask, phrase: true } : { ask: { ...ask, concept: concept.called }, phrase: false }
}

async function eventNamed(
  { engine, redactor }: Pick<FeedbackParts, 'engine' | 'redactor'>,
  raw: string,
  tenant_id: string | undefined,
) {
  const event_ids = redactor.forms('event_id', raw)
  const { items } = await engine.events({ ...(tenant_id === undefined ? {} : { tenant_id }), event_ids }, { limit: 1 })
  if (items[0] === undefined) throw new Problem('NOT_FOUND', 'there is no event with this id')
  return items[0].event
}

/**
 * Keeps a label in place of the one before, and does what it asks for: a small own concept is fitted anew at once; a large or
 * a built-in one by the job, where it pays; a finding is acknowledged, or closed as a false positive. Throws as these do.
 */
export async function feedback(
  parts: FeedbackParts,
  about: About,
  { label, note, search_id }: Pick<FeedbackAsk, 'label' | 'note' | 'search_id'>,
  { by, tenant_id: bound, insiders }: FeedbackOwner,
): Promise<FeedbackAnswer> {
  const said = { label, note: note === undefined ? null : parts.redactor.text(note), by, event: about.event }
  const { tenant_id } = about
  if (about.of === 'finding') {
    const { finding_id } = about
    const seen = {
      ...(bound === undefined ? {} : { tenant_id: bound }),
      ...(insiders === undefined ? {} : { insiders }),
    }
    const before = await findingOf(parts, finding_id, seen)
    const status = said.label ? (before.status === 'resolved' ? 'resolved' : 'acknowledged') : 'false_positive'
    const label = { ...said, about: { finding_id }, tenant_id }
    // what is noticed of analysts is for admins alone, and labels are for every analyst
    const secret = before.entity_type === 'analyst'
    const given = secret ? labelOf(label, parts.clock) : await giveLabel(parts, label)
    const after = await patchFinding(parts, finding_id, { status, ...(note === undefined ? {} : { note }) }, seen)
    const refit = secret ? NOT_KEPT : NOT_RECALIBRATED
    return { given: labelShown(given, tenant_id), refit, finding_status: after.status }
  }
  const inSearch = async () =>
    search_id === undefined
      ? {}
      : { search: await labelInSearch(parts, { search_id, event_id: about.event.event_id, label }, bound ?? null) }
  if (about.of === 'search') {
    const given = labelOf({ ...said, about: null, tenant_id }, parts.clock)
    const { search } = await inSearch()
    if (search?.counted !== true) throw bad('/event_id', 'was not handed out by this search; see its uncertain events')
    return { given: labelShown(given, tenant_id), refit: OF_SEARCH, finding_status: null, search }
  }
  const { key, concept } = about
  const called = concept.row.name
  const given = await giveLabel(parts, { ...said, about: { key, called }, tenant_id })
  // before a refit, which may take seconds
  const counted = await inSearch()
  const refit = concept.row.built_in ? BY_JOB : await refitNow(parts, key, by)
  return { given: labelShown(given, tenant_id), refit, finding_status: null, ...counted }
}

const NOT_RECALIBRATED: FeedbackAnswer['refit'] = {
  outcome: 'none',
  version: null,
  note: 'the label is kept with the finding; no detector is recalibrated by labels yet',
}
const NOT_KEPT: FeedbackAnswer['refit'] = {
  ...NOT_RECALIBRATED,
  note: 'the finding is about an analyst: its status was changed, and no label is kept, since analysts read labels',
}
const OF_SEARCH: FeedbackAnswer['refit'] = {
  outcome: 'none',
  version: null,
  note: 'the label is kept with the search, and counts for its estimates; there is no concept to be fitted',
}
const BY_JOB: FeedbackAnswer['refit'] = {
  outcome: 'scheduled',
  version: null,
  note: 'the job concepts fits what ten labels or ten minutes have brought, and keeps it where it tells labels better that it had not seen',
}
const LARGE: FeedbackAnswer['refit'] = {
  ...BY_JOB,
  note: 'the concept has many examples: the job concepts fits it anew',
}

async function refitNow(parts: FeedbackParts, key: string, by: string): Promise<FeedbackAnswer['refit']> {
  const standing = await conceptRow(parts.engine, key)
  const version = standing?.row.version ?? null
  const made = standing === null || version === null ? null : await versionOf(parts.engine, standing.row, version)
  const examples = made?.examples == null ? [] : [made.examples.positives, made.examples.negatives]
  const size = examples.reduce((sum, { texts, event_ids }) => sum + texts.length + event_ids.length, 0)
  if (standing === null || size + (await labelsFor(parts.engine, key)).labels.length > AT_ONCE) return LARGE
  try {
    const done = await refitOwn(parts, standing, by)
    if ('version' in done)
      return { outcome: 'refitted', version: done.version, note: 'fitted anew on all examples and labels' }
    return { outcome: 'none', version: null, note: done.none }
  } catch (error) {
    // the label is kept all the same
    if (error instanceof Problem && error.code === 'UNPROCESSABLE')
      return { outcome: 'none', version: null, note: error.message }
    throw error
  }
}

/** Takes a label back, and fits a small own concept anew without it. Throws NOT_FOUND where there is none that is seen. */
export async function withdrawFeedback(
  parts: FeedbackParts,
  about: About,
  { by, tenant_id: bound }: FeedbackOwner,
  search_id?: string,
): Promise<void> {
  const { tenant_id } = about
  if (search_id !== undefined && about.of !== 'finding') {
    const { event_id } = about.event
    const { counted } = await labelInSearch(parts, { search_id, event_id, label: null }, bound ?? null)
    if (about.of === 'search' && !counted) throw new Problem('NOT_FOUND', 'there is no such label')
  }
  if (about.of === 'search') return
  const own = tenant_id === null ? undefined : tenant_id
  const told =
    about.of === 'finding' ? { finding_id: about.finding_id } : { key: about.key, event_id: about.event.event_id }
  if (!(await withdrawLabel(parts, told, own))) throw new Problem('NOT_FOUND', 'there is no such label')
  if (about.of === 'concept' && !about.concept.row.built_in) await refitNow(parts, about.key, by)
}

const bad = (path: string, message: string) => new Problem('BAD_REQUEST', message, { errors: [{ path, message }] })
