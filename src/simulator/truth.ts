import { formatTime, type Micros } from '../core/window.ts'
import { BATCH_USER } from './batch.ts'
import type { Labelled } from './envelope.ts'
import type { Person } from './people.ts'
import { ATTACKS, type AttackKind, type ConfounderKind } from './scenario.ts'
import type { Setting } from './setting.ts'
import { SLOWED, UPGRADE, UPGRADED } from './world.ts'

/** What is so about a simulation and is not said in its events. Times are ISO 8601. */
export interface Truth {
  /** Half-open period. */
  from: string
  until: string
  events: number
  attackers: Attacker[]
  /** The accounts that act together; null where there is no campaign. */
  campaign: { first_attack: string; user_ids: string[]; event_ids: string[] } | null
  confounders: { user_id: string; kind: ConfounderKind }[]
  /** Harmless accounts that ask risky things often. */
  risky: string[]
  incidents: { kind: 'latency'; model: string; from: string; until: string; factor: number }[]
  upgrade: { model: string; version: string; at: string } | null
  /** Event ids: answers that decline; answers that only sound like it; prompts with made-up personal data or secrets. */
  refusals: string[]
  near_refusals: string[]
  details: string[]
}

export interface Attacker {
  user_id: string
  kind: AttackKind
  /** Of the first event that is part of the attack. */
  first_attack: string
  event_ids: string[]
}

/** Reads a whole simulation. An attacker who never came to it (nothing was sent in time) is left out. */
export function collect(items: Iterable<Labelled>, accounts: readonly Person[], setting: Setting): Truth {
  const attacks = new Map<string, { first: Micros; event_ids: string[] }>()
  const truth: Truth = {
    from: formatTime(setting.start),
    until: formatTime(setting.end),
    events: 0,
    attackers: [],
    campaign: null,
    confounders: [],
    risky: accounts.filter((p) => p.kind === null && p.declined > setting.scenario.shares.refused).map((p) => p.id),
    incidents: [],
    upgrade: null,
    refusals: [],
    near_refusals: [],
    details: [],
  }
  for (const { at, event, attack, refusal, nearRefusal, details } of items) {
    truth.events++
    if (attack && event.user_id !== undefined) {
      const known = attacks.get(event.user_id)
      if (known === undefined) attacks.set(event.user_id, { first: at, event_ids: [event.event_id] })
      else known.event_ids.push(event.event_id)
    }
    if (refusal) truth.refusals.push(event.event_id)
    if (nearRefusal) truth.near_refusals.push(event.event_id)
    if (details) truth.details.push(event.event_id)
  }
  for (const { id, kind } of accounts) {
    const attack = attacks.get(id)
    if (isAttack(kind) && attack !== undefined)
      truth.attackers.push({
        user_id: id,
        kind,
        first_attack: formatTime(attack.first),
        event_ids: attack.event_ids,
      })
    else if (kind !== null && !isAttack(kind)) truth.confounders.push({ user_id: id, kind })
  }
  if (setting.scenario.batch > 0) truth.confounders.push({ user_id: BATCH_USER, kind: 'automation' })
  const together = truth.attackers.filter(({ kind }) => kind === 'campaign')
  if (together.length > 0)
    truth.campaign = {
      first_attack: together.map((a) => a.first_attack).sort()[0]!,
      user_ids: together.map((a) => a.user_id),
      event_ids: together.flatMap((a) => a.event_ids),
    }
  if (setting.slow !== null)
    truth.incidents.push({
      kind: 'latency',
      model: SLOWED.name,
      from: formatTime(setting.slow.from),
      until: formatTime(setting.slow.until),
      factor: setting.slow.factor,
    })
  if (setting.upgradeAt !== null)
    truth.upgrade = { model: UPGRADED.name, version: UPGRADE.version, at: formatTime(setting.upgradeAt) }
  return truth
}

function isAttack(kind: Person['kind']): kind is AttackKind {
  return (ATTACKS as readonly string[]).includes(kind ?? '')
}
