import type { Engine, RecordRow } from '../core/ports.ts'
import { DAY, type Micros } from '../core/window.ts'
import { detectors } from '../detectors/index.ts'
import { allRecords } from './all-records.ts'
import { WATCH_VERSION } from './watched.ts'

/** Kind of the one record that says how far the nights have come. */
const KIND = 'night'
/** Days that are worked through again at every run: what comes in late by less costs no replay from the start. */
const LATE_DAYS = 2

export interface Plan {
  /** Days to work through, oldest first; at least one. */
  days: Micros[]
  /** Whether the stored states are where to begin from. */
  resume: boolean
  /** Day after which the states are to be stored; -1 where no day is old enough. */
  snapshot: Micros
  /** Of the record of the place, 0 where there is none. */
  version: number
  /** The record of the place once all days are done. */
  reached: RecordRow
}

/** How far the nights have come. */
type Place = {
  /** Last write to the calendar that was taken in. */
  rev: number
  /** Last day worked through, and the day after which the stored states stand; -1 where none are stored. */
  upto: Micros
  snapshot: Micros
  /** Detectors and their versions. */
  code: string
}

/** Which days to work through, up to today: those that changed since the last run and all after them. Null where nothing did. */
export async function planNights(engine: Pick<Engine, 'records'>, today: Micros): Promise<Plan | null> {
  const record = (await engine.records(KIND, { ids: ['place'] }, { order: 'ts', limit: 1 }))[0]
  const place = record?.body as Place | undefined
  const calendar = await readCalendar(engine, today)
  const code = codeOf()
  const changed = calendar.days.filter(({ day, rev }) => place?.code !== code || rev > place.rev || day > place.upto)
  const earliest = changed[0]?.day
  if (earliest === undefined) return null
  const resume = place !== undefined && place.code === code && place.snapshot >= 0 && earliest > place.snapshot
  const days = calendar.days.map(({ day }) => day).filter((day) => !resume || day > place.snapshot)
  const upto = days.at(-1) as Micros
  const snapshot = days.findLast((day) => day <= upto - LATE_DAYS * DAY) ?? (resume ? place.snapshot : -1)
  const body: Place = { rev: calendar.rev, upto, snapshot, code }
  const reached = { kind: KIND, id: 'place', ts: upto, entity: null, tenant_id: null, rank: null, body }
  return { days, resume, snapshot, version: record?.version ?? 0, reached }
}

/** Days with events up to today, oldest first, with the place of the last write of each and of all. */
async function readCalendar(engine: Pick<Engine, 'records'>, today: Micros) {
  const records = await allRecords(engine, 'touched', {}, 'rev')
  // a day to come is worked through when it has come
  const days = records.flatMap(({ ts: day, rev }) => (day <= today ? [{ day, rev }] : []))
  return { rev: records.at(-1)?.rev ?? 0, days: days.sort((a, b) => a.day - b.day) }
}

function codeOf(): string {
  return [`watch@${WATCH_VERSION}`, ...detectors.map(({ name, version }) => `${name}@${version}`)].join(' ')
}
