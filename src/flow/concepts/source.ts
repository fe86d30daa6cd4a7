import { type Concept, calledOf, type FittedConcept } from '../../core/concept.ts'
import {
  CONCEPT_VERSION,
  type ConceptRow,
  type ConceptVersion,
  type Correction,
  UNBEGUN,
  versionId,
} from '../../core/concept-record.ts'
import type { Engine } from '../../core/ports.ts'
import { conceptRows, liveVersions, newRow } from './rows.ts'

/** Concepts as they stand: those of the package and those of the store, which come and go while the house runs. */
export interface ConceptSource {
  /** Those that come with the package, as they were shipped. */
  readonly builtIn: readonly Concept[]
  /** Every version that events are to be scored by now; of one name there may be several. */
  scoring(): Promise<readonly Concept[]>
  /** The versions that answer for whoever sees so much. */
  answering(seen?: ConceptsSeen): Promise<readonly Concept[]>
  /** Every concept with its row, by name. */
  all(): Promise<readonly StandingConcept[]>
}

/** Whose concepts somebody sees. */
export interface ConceptsSeen {
  /** The only tenant that he sees, as it is stored; absent for the house. */
  bound?: string | undefined
  /** The tenant whose events are asked about, as it is stored. */
  asked?: string | undefined
}

/** A concept and what is computed by it. */
export interface StandingConcept {
  key: string
  row: ConceptRow
  /** By version: those that are live. Never empty. */
  versions: ReadonlyMap<number, Concept>
  /** The version that answers: the last that every event was scored by, else the one that is on its way. */
  answering: Concept
}

export interface ConceptSourceParts {
  engine: Pick<Engine, 'records'>
  /** Of the package. */
  builtIn: readonly Concept[]
  /** A concept of its weights; throws MODEL_BROKEN where they are damaged. */
  make(fitted: FittedConcept, correction: Correction | null): Concept
}

/**
 * Reads concepts from the store whenever it is asked; what does not change, the weights, is read once. A version that the
 * store lost does not stop the others.
 */
export function conceptSource({ engine, builtIn, make }: ConceptSourceParts): ConceptSource {
  const shipped = new Map(builtIn.map((concept) => [concept.name, concept]))
  let made = new Map<string, Concept>()

  async function all(): Promise<StandingConcept[]> {
    const known = await conceptRows(engine)
    const rows = new Map(known.map(({ key, row }) => [key, row]))
    // before the first job has enrolled them
    for (const { name, version } of builtIn) if (!rows.has(name)) rows.set(name, unenrolled(name, version))
    const live = [...rows].filter(([, row]) => row.version !== null)
    await load(live)
    return live.flatMap(([key, row]): StandingConcept[] => {
      const versions = new Map(
        liveVersions(row).flatMap((version): [number, Concept][] => {
          const concept = made.get(nameOf(key, version))
          return concept === undefined ? [] : [[version, concept]]
        }),
      )
      const answering = answerOf(row, versions) ?? fallback(row)
      if (answering === null) return []
      versions.set(answering.version, answering)
      return [{ key, row, versions, answering }]
    })
  }

  /** Reads the versions that are not at hand, and forgets those that nobody needs. */
  async function load(live: readonly (readonly [string, ConceptRow])[]): Promise<void> {
    const kept = new Map<string, Concept>()
    const missing = new Map<string, { key: string; row: ConceptRow; version: number }>()
    for (const [key, row] of live)
      for (const version of liveVersions(row)) {
        const name = nameOf(key, version)
        const own = row.built_in && row.tenant_id === null ? shipped.get(row.name) : undefined
        const concept = made.get(name) ?? (own?.version === version ? own : undefined)
        if (concept !== undefined) kept.set(name, concept)
        else missing.set(versionId(row, version), { key, row, version })
      }
    if (missing.size > 0) {
      const ids = [...missing.keys()]
      for (const { id, body } of await engine.records(CONCEPT_VERSION, { ids }, { order: 'ts', limit: ids.length })) {
        const { key, row, version } = missing.get(id)!
        const found = body as ConceptVersion | null
        if (found?.version === version)
          kept.set(nameOf(key, version), ownedBy(make(found.fitted, found.correction), key, row))
      }
    }
    made = kept
  }

  /** Of a built-in one whose copy was lost, the file. */
  function fallback(row: ConceptRow): Concept | null {
    const concept = row.built_in && row.tenant_id === null ? shipped.get(row.name) : undefined
    return concept === undefined ? null : { ...concept, pending: UNBEGUN }
  }

  return {
    builtIn,
    all,
    scoring: async () => (await all()).flatMap(({ versions }) => [...versions.values()]),
    answering: async (seen) => visible(await all(), seen).map(({ answering }) => answering),
  }
}

/**
 * The concepts that somebody sees, one to a name. Whoever is bound to a tenant sees the built-in ones, corrected where the
 * tenant has labelled them, and the tenant's own; the house sees its own, and, where it asks about a tenant, those of that
 * tenant whose names are free.
 */
export function visible(concepts: readonly StandingConcept[], { bound, asked }: ConceptsSeen = {}): StandingConcept[] {
  const ofHouse = concepts.filter(({ row }) => row.tenant_id === null && (bound === undefined || row.built_in))
  const tenant = bound ?? asked
  const ofTenant = tenant === undefined ? [] : concepts.filter(({ row }) => row.tenant_id === tenant)
  // a correction counts once every event was scored by it; until then the one before goes on answering
  const [first, second] =
    bound === undefined
      ? [ofHouse, ofTenant]
      : [ofTenant.filter(({ row }) => !row.built_in || row.answers !== null), ofHouse]
  const names = new Set(first.map(({ answering }) => calledOf(answering)))
  return [...first, ...second.filter(({ answering }) => !names.has(calledOf(answering)))].sort((a, b) =>
    a.row.built_in !== b.row.built_in ? (a.row.built_in ? -1 : 1) : a.key < b.key ? -1 : 1,
  )
}

const nameOf = (key: string, version: number) => `${key}#${version}`

/** What the store knows of a built-in concept that no job has seen yet: it scores whatever comes. */
const unenrolled = (name: string, version: number): ConceptRow => ({
  ...newRow({ name, tenant_id: null, built_in: true, shipped: version }, ''),
  version,
  answers: version,
})

function ownedBy(concept: Concept, key: string, { name, tenant_id }: ConceptRow): Concept {
  return { ...concept, name: key, called: name, ...(tenant_id === null ? {} : { tenant_id }) }
}

function answerOf(row: ConceptRow, versions: ReadonlyMap<number, Concept>): Concept | null {
  const { answers, scoring, version } = row
  const level = answers === null ? undefined : versions.get(answers)
  if (level !== undefined) return level
  const onItsWay = scoring === null ? undefined : versions.get(scoring.version)
  if (onItsWay !== undefined) return { ...onItsWay, pending: scoring!.stage }
  const newest = version === null ? undefined : versions.get(version)
  return newest === undefined ? null : { ...newest, pending: UNBEGUN }
}
