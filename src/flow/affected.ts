import type { AffectedAnswer } from '../core/affected.ts'
import type { Engine, EventOutline, Filter } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'

export interface AffectedParts {
  engine: Pick<Engine, 'outlines' | 'labelsOf' | 'count' | 'vectorOf' | 'within' | 'spaces'>
  redactor: { identifier(field: string, value: string): string }
}

/** Cosine from which two prompts are the same but for a word or two. */
const NEAR_IDENTICAL = 0.97
/** Events that are looked at for each thing that is shared. */
const LOOKED_AT = 20_000
/** Ids that each list names; the totals count all that were looked at. */
const LISTED = 1_000
/** Things of one kind that are followed: a document, a tool result. */
const FOLLOWED = 32

type Shared = AffectedAnswer['shared'][number]
interface Found {
  by: Shared['by']
  key: string
  filter: Filter
}

/**
 * Which users, sessions and answers share a document, a tool result, a prompt template or a near-identical prompt with an
 * event, by its id (raw or as stored): how far something went that stands in it. Of the tenant given (as stored), or of all.
 * Throws NOT_FOUND where there is no such event, or none of that tenant: the two are not told apart.
 */
export async function affectedBy(parts: AffectedParts, id: string, tenant_id?: string): Promise<AffectedAnswer> {
  const { engine, redactor } = parts
  const event_id = redactor.identifier('event_id', id)
  const own = tenant_id === undefined ? {} : { tenant_id }
  const labels = await engine.labelsOf(event_id, tenant_id)
  if (labels === null) throw new Problem('NOT_FOUND', 'there is no event with this id')
  const near = await nearPrompts(engine, event_id, own)
  const all = new Map<string, EventOutline>()
  const shared: Shared[] = []
  let complete = near.complete
  for (const { by, key, filter } of [...followed(labels, own), ...near.found]) {
    const [{ items, next }, events] = await Promise.all([
      engine.outlines(filter, { limit: LOOKED_AT }),
      engine.count(filter),
    ])
    complete &&= next === null
    for (const item of items) all.set(item.event_id, item)
    shared.push({ by, key, ...reachOf(items, events) })
  }
  const union = [...all.values()].sort((a, b) => b.ts - a.ts || (a.event_id < b.event_id ? -1 : 1))
  return { event_id, shared, total: reachOf(union, union.length), complete }
}

/** What can be followed by its labels. */
function followed(labels: Readonly<Record<string, readonly string[]>>, own: Filter): Found[] {
  const each = (by: Shared['by'], name: string) =>
    (labels[name] ?? [])
      .slice(0, FOLLOWED)
      .map((key): Found => ({ by, key, filter: { ...own, fields: { [name]: key } } }))
  const [template] = labels.template ?? []
  const [version] = labels.template_version ?? []
  const fields = { template: template ?? '', ...(version === undefined ? {} : { template_version: version }) }
  return [
    ...each('document', 'document_id'),
    ...each('document', 'document_content'),
    ...each('tool_result', 'tool_result'),
    ...(template === undefined
      ? []
      : [
          {
            by: 'template' as const,
            key: version === undefined ? template : `${template}@${version}`,
            filter: { ...own, fields },
          },
        ]),
    ...each('prompt', 'prompt_key'),
  ]
}

/** Prompts that say the same but for a word or two, by the index of meanings. */
async function nearPrompts(
  engine: AffectedParts['engine'],
  event_id: string,
  own: Filter,
): Promise<{ found: Found[]; complete: boolean }> {
  const space = (await engine.spaces()).find(({ state }) => state === 'active')?.space
  const vector = space === undefined ? null : await engine.vectorOf(event_id, 'prompt', space)
  if (space === undefined || vector === null) return { found: [], complete: true }
  const { items, next } = await engine.within(
    vector,
    space,
    NEAR_IDENTICAL,
    { ...own, part: 'prompt' },
    { limit: LOOKED_AT },
  )
  const ids = [...new Set(items.map((hit) => hit.event_id))]
  const key = `cosine >= ${NEAR_IDENTICAL}`
  return {
    found: ids.length === 0 ? [] : [{ by: 'prompt', key, filter: { ...own, event_ids: ids } }],
    complete: next === null,
  }
}

/** @param items newest first */
function reachOf(items: readonly EventOutline[], events: number): AffectedAnswer['total'] {
  const named = (name: 'user_id' | 'session_id') =>
    [...new Set(items.map((item) => item[name]))].filter((value) => value !== null)
  const [users, sessions] = [named('user_id'), named('session_id')]
  const answers = items.filter((item) => item.event_type === 'llm.completion').map((item) => item.event_id)
  const [last, first] = [items[0], items.at(-1)]
  return {
    events,
    users: users.slice(0, LISTED),
    sessions: sessions.slice(0, LISTED),
    answers: answers.slice(0, LISTED),
    users_total: users.length,
    sessions_total: sessions.length,
    answers_total: answers.length,
    first_seen: first === undefined ? null : formatTime(first.ts),
    last_seen: last === undefined ? null : formatTime(last.ts),
  }
}
