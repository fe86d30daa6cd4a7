import type { NotExamined } from '../core/digest.ts'
import { promptOf, type RedactionNote, responseOf } from '../core/event.ts'
import type { Engine, Filter } from '../core/ports.ts'
import { DAY } from '../core/window.ts'
import { SERIES_DAYS } from './digest-past.ts'
import { embedStage } from './embed-stage.ts'

/** Events of the day that are opened to see whether they have text. */
const SAMPLE = 5000
const PAGE = 500
/** As the anchors of the detectors: an entity is judged by others until it has these many days or events. */
const LEARNING_DAYS = 14
const LEARNING_EVENTS = 40
/** What is expected to carry text. */
const SPOKEN = /^(llm\.|rag\.|agent\.message$)/

interface CoverageParts {
  engine: Pick<Engine, 'tally' | 'events' | 'waiting' | 'spaces' | 'count'>
}

/** What waits for a job, over the whole store: no detector or search by meaning has seen it. */
export async function waitingWork({ engine }: CoverageParts): Promise<NotExamined[]> {
  const spaces = await engine.spaces()
  const space = spaces.find(({ state }) => state === 'active') ?? spaces.find(({ state }) => state === 'filling')
  const embed = space === undefined ? await engine.count({}) : await engine.waiting(embedStage(space.space))
  const baseline = await engine.waiting('baseline')
  return present([
    {
      what: 'not_embedded',
      n: embed,
      why: 'They wait for the embed job, so searches by meaning and concepts do not see them yet.',
    },
    {
      what: 'not_baselined',
      n: baseline,
      why: 'They wait for the baseline job, so no detector has looked at them yet.',
    },
  ])
}

/** Events of the day that should have text and have none. */
export async function withoutText({ engine }: CoverageParts, filter: Filter): Promise<NotExamined[]> {
  let opened = 0
  let mute = 0
  let page = await engine.events(filter, { limit: PAGE })
  for (;;) {
    opened += page.items.length
    mute += page.items.filter(
      ({ event }) => SPOKEN.test(event.event_type) && promptOf(event) === '' && responseOf(event) === '',
    ).length
    if (page.next === null || opened >= SAMPLE) break
    page = await engine.events(filter, { limit: PAGE, after: page.next })
  }
  const rows = page.next === null ? [] : await engine.tally(['day'], filter)
  const all = Math.max(
    opened,
    rows.reduce((sum, { n }) => sum + n, 0),
  )
  return present([
    {
      what: 'without_text',
      n: opened === 0 ? 0 : Math.round((mute / opened) * all),
      why: 'They hold hashes or numbers alone: they count in figures and baselines, and nothing reads them by meaning.',
    },
    {
      what: 'beyond_sample',
      n: all - opened,
      why: `Only the newest ${opened} were opened to see whether they hold text; the share among them stands for all.`,
    },
  ])
}

/** Users of the day that no baseline of their own can judge yet. */
export async function learning({ engine }: CoverageParts, filter: Filter): Promise<NotExamined[]> {
  const { since = 0, until = 0 } = filter
  const [today, recent, old] = await Promise.all([
    engine.tally(['user_id'], filter),
    engine.tally(['user_id'], { ...filter, since: until - SERIES_DAYS * DAY }),
    engine.tally(['user_id'], { ...filter, since: since - SERIES_DAYS * DAY, until: until - LEARNING_DAYS * DAY }),
  ])
  const settled = new Set([
    ...old.map(({ key }) => key[0]),
    ...recent.filter(({ n }) => n >= LEARNING_EVENTS).map(({ key }) => key[0]),
  ])
  const n = today.filter(({ key }) => key[0] !== null && !settled.has(key[0])).length
  return present([
    {
      what: 'learning',
      n,
      why: `Known for less than ${LEARNING_DAYS} days and by fewer than ${LEARNING_EVENTS} events, they are judged by what others do.`,
    },
  ])
}

/** Redactions of the day by type, over the redaction notes of the day: equal notes are one row. */
export async function redactionOf({ engine }: CoverageParts, filter: Filter) {
  const rows = await engine.tally(['redaction'], filter)
  const counts = new Map<string, number>()
  let failed = 0
  for (const { key, n } of rows) {
    const note = JSON.parse(key[0] ?? '{}') as Partial<RedactionNote>
    for (const [type, hits] of Object.entries(note.counts ?? {})) counts.set(type, (counts.get(type) ?? 0) + hits * n)
    if ((note.failed?.length ?? 0) > 0) failed += n
  }
  const by_type = [...counts].map(([type, n]) => ({ type, n })).sort((a, b) => b.n - a.n || (a.type < b.type ? -1 : 1))
  return {
    total: by_type.reduce((sum, { n }) => sum + n, 0),
    by_type,
    failed: present([
      {
        what: 'redaction_failed',
        n: failed,
        why: 'A field could not be redacted, so a placeholder was stored instead.',
      },
    ]),
  }
}

const present = (list: NotExamined[]) => list.filter(({ n }) => n > 0)
