import type { Json, Rollup } from '../core/ports.ts'
import type { EntityType } from '../core/score.ts'
import { HOUR, type Micros } from '../core/window.ts'
import type { Anchor } from '../stats/anchor.ts'
import type { HourProfile } from '../stats/hour-profile.ts'

/** One reason for a score, without the events that show it. */
export type Reason = {
  detector: string
  /** Share of the score, 0 to 1. */
  weight: number
  observed: number
  expected: number
  since: Micros
  text: string
}

/** Something that was raised about an entity and that further nights add to. */
export type Incident = {
  finding_id: string
  detector: string
  /** First day that it rests on, the night that raised it, and the last night that still showed it. */
  first: Micros
  raised: Micros
  last: Micros
  /** The worst night so far: its score and reasons. */
  worst: Micros
  score: number
  reasons: Reason[]
}

/** What is remembered of an entity between nights; plain JSON, replaced and never changed. */
export type Watch = {
  first: Micros
  last: Micros
  anchors: { [metric: string]: Anchor }
  hours: { [metric: string]: HourProfile }
  states: { [detector: string]: Json }
  /** Start of the day on which each detector last looked. */
  seen: { [detector: string]: Micros }
  /** Open and recent: one of the daily score as `risk`, one per fast rule by its name. */
  incidents: { [key: string]: Incident }
  score: number
  reasons: Reason[]
  /** Day and score, oldest first, from the first score above 0 on. */
  history: [Micros, number][]
}

/** An entity under watch. `tenant` is '' where events name none. */
export interface Entity {
  type: EntityType
  id: string
  tenant: string
  watch: Watch
}

/** Raise when Watch changes; stored states are then rebuilt from the roll-ups. */
export const WATCH_VERSION = 1
/** Days of history that a score keeps. */
export const HISTORY_DAYS = 120

/** A key of an entity among those of its type; unambiguous whatever the ids hold. */
export function keyOf({ tenant_id, entity_id }: Pick<Rollup, 'tenant_id' | 'entity_id'>): string {
  return `${tenant_id.length} ${tenant_id} ${entity_id}`
}

/** The entities of one type, made when first met. */
export class Population {
  readonly type: EntityType
  readonly members = new Map<string, Entity>()

  constructor(type: EntityType) {
    this.type = type
  }

  /** The entity that a roll-up is about; its activity is noted. */
  meet(row: Pick<Rollup, 'tenant_id' | 'entity_id'>, first: Micros, last: Micros): Entity {
    const key = keyOf(row)
    let entity = this.members.get(key)
    if (entity === undefined) {
      entity = { type: this.type, id: row.entity_id, tenant: row.tenant_id, watch: nothing(first) }
      this.members.set(key, entity)
    }
    const { watch } = entity
    if (last > watch.last) entity.watch = { ...watch, last }
    return entity
  }
}

/** A name of an entity for people and records: `user:u1`. */
export function nameOf({ type, id }: Pick<Entity, 'type' | 'id'>): string {
  return `${type}:${id}`
}

/** Id of the score record of an entity; a tenant's name cannot imitate another's. */
export function scoreId(tenant: string, type: EntityType, id: string): string {
  return `${tenant.replaceAll('%', '%25').replaceAll('|', '%7C')}|${type}:${id}`
}

function nothing(first: Micros): Watch {
  return {
    first,
    last: first + HOUR - 1,
    anchors: {},
    hours: {},
    states: {},
    seen: {},
    incidents: {},
    score: 0,
    reasons: [],
    history: [],
  }
}
