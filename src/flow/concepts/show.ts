import { type ConceptCard, calledOf } from '../../core/concept.ts'
import type { ConceptRow, ConceptVersion } from '../../core/concept-record.ts'
import type { ConceptAnswer, ConceptItem, ConceptVersionItem } from '../../core/own-concept.ts'
import type { Engine } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { askedAgain } from './examples.ts'
import { versionOf, versionsOf } from './rows.ts'
import { type ConceptSource, type ConceptsSeen, type StandingConcept, visible } from './source.ts'

export interface ShowParts {
  engine: Pick<Engine, 'records'>
  concepts: Pick<ConceptSource, 'all'>
}

/** The concepts that somebody sees; the house sees those of every tenant, under the names that their tenants call them. */
export async function listConcepts({ concepts }: ShowParts, { bound, asked }: ConceptsSeen): Promise<ConceptItem[]> {
  const all = await concepts.all()
  const seen = visible(all, { bound, asked })
  const others =
    bound === undefined && asked === undefined ? all.filter(({ row }) => row.tenant_id !== null && !row.built_in) : []
  return [...seen, ...others].map(itemOf)
}

/** One of them. Throws NOT_FOUND, also where it is another tenant's. */
export async function seenConcept(
  { concepts }: Pick<ShowParts, 'concepts'>,
  name: string,
  seen: ConceptsSeen,
): Promise<StandingConcept> {
  const found = visible(await concepts.all(), seen).find(({ answering }) => calledOf(answering) === name)
  if (found === undefined)
    throw new Problem('NOT_FOUND', 'there is no concept of this name; GET /v1/concepts lists them')
  return found
}

/** A concept with what its newest version was made of. Throws NOT_FOUND. */
export async function showConcept(
  parts: ShowParts,
  name: string,
  seen: ConceptsSeen & { texts: boolean },
): Promise<ConceptAnswer> {
  const standing = await seenConcept(parts, name, seen)
  const { row } = standing
  const newest = row.version === null ? null : await versionOf(parts.engine, row, row.version)
  return {
    ...itemOf(standing),
    cross_validated: newest?.report ?? null,
    examples:
      newest?.examples == null ? null : askedAgain(seen.texts ? newest.examples : withoutTexts(newest.examples)),
  }
}

/** Versions of a concept that can be gone back to, newest first. Throws NOT_FOUND. */
export async function showVersions(parts: ShowParts, name: string, seen: ConceptsSeen): Promise<ConceptVersionItem[]> {
  const { row } = await seenConcept(parts, name, seen)
  return (await versionsOf(parts.engine, row)).map((made) => ({
    version: made.version,
    at: made.at,
    by: made.by,
    how: made.how,
    of: made.of,
    state: stateOf(row, made.version),
    threshold: made.fitted.threshold,
    quality: made.fitted.quality,
    examples: made.report === null ? null : made.report.positives + made.report.negatives,
  }))
}

export function itemOf({ row, answering }: StandingConcept): ConceptItem {
  const { description, reads, threshold, quality, aliases, version, card } = answering.fitted
  return {
    name: row.name,
    description,
    version,
    newest_version: row.version ?? version,
    reads,
    threshold,
    quality,
    aliases: [...aliases],
    tenant_id: row.tenant_id,
    built_in: row.built_in,
    scoring: row.version !== row.answers,
    corrected: row.built_in && row.version !== row.shipped,
    card: card === undefined ? null : shown(card),
  }
}

/** A card that whoever gets it may change. */
const shown = (card: ConceptCard) => ({
  ...card,
  positives: [...card.positives],
  negatives: [...card.negatives],
  confusions: [...card.confusions],
  measured: card.measured.map((row) => ({ ...row })),
})

const withoutTexts = ({ positives, negatives }: NonNullable<ConceptVersion['examples']>) => ({
  positives: { ...positives, texts: [] },
  negatives: { ...negatives, texts: [] },
})

function stateOf({ answers, scoring, version }: ConceptRow, one: number): ConceptVersionItem['state'] {
  if (one === answers) return 'answers'
  if (one === scoring?.version) return 'scoring'
  return one === version ? 'waiting' : 'kept'
}
