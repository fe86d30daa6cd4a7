import type { Digest, DigestLatency, DigestModel } from '../core/digest.ts'
import type { Engine, Filter, TallyRow } from '../core/ports.ts'
import { DAY } from '../core/window.ts'
import { decodeSketch, emptySketch, mergeInto, quantilesOf, type Sketch } from '../stats/sketch.ts'
import { type FigureParts, refusedByMeaning, rounded } from './digest-figures.ts'
import type { Past } from './digest-past.ts'

/** Models and versions that a digest keeps; whoever shows it shows the busiest. */
const MODELS_KEPT = 50
/** Of those, the busiest get what costs a question each: refusals by meaning, latency. */
const BUSIEST = 10

interface ModelParts extends FigureParts {
  engine: FigureParts['engine'] & Pick<Engine, 'rollups'>
}

/** Models and versions of the day, busiest first, and which of them the days before did not have. */
export async function modelsOfDay(
  parts: ModelParts,
  filter: Filter,
  past: Past,
): Promise<Pick<Digest, 'models' | 'new_models'>> {
  const { engine } = parts
  const rows = await engine.tally(['model', 'model_version', 'status'], filter)
  const found = new Map<string, DigestModel>()
  for (const row of rows) {
    const [model, model_version = null, status] = row.key
    if (model === null || model === undefined) continue
    const key = nameOf(model, model_version)
    const sum = found.get(key) ?? { model, model_version, ...NOTHING }
    found.set(key, added(sum, row, status ?? null))
  }
  const known = await knownModels(parts, filter, past)
  const all = [...found.values()].sort(
    (a, b) => b.events - a.events || (nameOf(a.model, a.model_version) < nameOf(b.model, b.model_version) ? -1 : 1),
  )
  const items = all.slice(0, MODELS_KEPT).map((m) => ({ ...m, cost_usd: rounded(m.cost_usd) }))
  const fresh = known.size === 0 ? [] : all.filter((m) => !known.has(nameOf(m.model, m.model_version)))
  return {
    models: {
      items: [...(await withRefusals(parts, filter, items.slice(0, BUSIEST))), ...items.slice(BUSIEST)],
      total: all.length,
    },
    new_models: fresh
      .slice(0, MODELS_KEPT)
      .map(({ model, model_version, events }) => ({ model, model_version, events })),
  }
}

/** Names of the models and versions of the days before. A digest that could not keep them all is not relied on. */
async function knownModels({ engine }: ModelParts, filter: Filter, { digests, gaps }: Past): Promise<Set<string>> {
  const whole = (digest: Digest) => digest.models.total === digest.models.items.length
  const days = [...digests].filter(([, digest]) => !whole(digest)).map(([day]) => [day, day + DAY] as const)
  const known = new Set(
    [...digests.values()].flatMap(({ models }) => models.items.map((m) => nameOf(m.model, m.model_version))),
  )
  for (const [since, until] of [...gaps, ...days])
    for (const { key } of await engine.tally(['model', 'model_version'], { ...filter, since, until }))
      if (key[0] !== null && key[0] !== undefined) known.add(nameOf(key[0], key[1] ?? null))
  return known
}

const NOTHING = { events: 0, tokens_input: 0, tokens_output: 0, cost_usd: 0, errors: 0, refusals: 0, blocked: 0 }

/** The length keeps a name that holds the separator apart from another name and version. */
const nameOf = (model: string, version: string | null) => `${model.length} ${model} ${version ?? ''}`

function added(sum: DigestModel, row: TallyRow, status: string | null): DigestModel {
  return {
    ...sum,
    events: sum.events + row.n,
    tokens_input: sum.tokens_input + row.tokens_input,
    tokens_output: sum.tokens_output + row.tokens_output,
    cost_usd: sum.cost_usd + row.cost_usd,
    errors: sum.errors + (status === 'error' ? row.n : 0),
    refusals: sum.refusals + (status === 'refused' ? row.n : 0),
    blocked: sum.blocked + (status === 'blocked' ? row.n : 0),
  }
}

/** By status or by meaning, whichever finds more. A filter cannot ask for "no version", so those take what is left. */
async function withRefusals(parts: ModelParts, filter: Filter, items: DigestModel[]): Promise<DigestModel[]> {
  const counted: DigestModel[] = []
  for (const one of items) {
    const { model, model_version } = one
    const of = (fields: Record<string, string>) => refusedByMeaning(parts, { ...filter, fields })
    let meant = await of(model_version === null ? { model } : { model, model_version })
    if (model_version === null)
      for (const other of items)
        if (other.model === model && other.model_version !== null)
          meant -= await of({ model, model_version: other.model_version })
    counted.push({ ...one, refusals: Math.min(one.events, Math.max(one.refusals, meant)) })
  }
  return counted
}

/** Median and 95th percentile by model, within 1 %, from the hourly sketches. */
export async function latencyOf(
  { engine }: ModelParts,
  filter: Filter,
  items: readonly DigestModel[],
): Promise<DigestLatency[]> {
  const { since, until, tenant_id } = filter
  const shown = new Set(items.slice(0, BUSIEST).map(({ model }) => model))
  const rows = await engine.rollups({
    period: 3600,
    entity_type: 'model',
    metric: 'latency_ms',
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(tenant_id === undefined ? {} : { tenant_id }),
  })
  const sums = new Map<string, { n: number; sketch: Sketch }>()
  for (const row of rows) {
    if (!shown.has(row.entity_id) || row.sketch.length === 0) continue
    const sum = sums.get(row.entity_id) ?? { n: 0, sketch: emptySketch() }
    mergeInto(sum.sketch, decodeSketch(row.sketch))
    sums.set(row.entity_id, { n: sum.n + row.n, sketch: sum.sketch })
  }
  return [...shown].flatMap((model) => {
    const sum = sums.get(model)
    const [median, p95] = sum === undefined ? [] : (quantilesOf(sum.sketch, [0.5, 0.95]) ?? [])
    return sum === undefined || median === undefined || p95 === undefined
      ? []
      : [{ model, n: sum.n, median_ms: Math.round(median), p95_ms: Math.round(p95) }]
  })
}
