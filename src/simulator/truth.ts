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

/** Takes note of every event of a simulation; `truth` is whole once all were noted. */
export interface Book {
  note(item: Labelled): void
  /** An attacker who never came to it (nothing was sent in time) is left out. */
  truth(): Truth
}

export function openBook(accounts: readonly Person[], setting: Setting): Book {
  const attacks = new Map<string, { first: Micros; event_ids: string[] }>()
  const refusals: string[] = []
  const nearRefusals: string[] = []
  const details: string[] = []
  let events = 0
  return {
    note({ at, event, ...is }) {
      events++
      if (is.attack && event.user_id !== undefined) {
        const known = attacks.get(event.user_id)
        if (known === undefined) attacks.set(event.user_id, { first: at, event_ids: [event.event_id] })
        else known.event_ids.push(event.event_id)
      }
      if (is.refusal) refusals.push(event.event_id)
      if (is.nearRefusal) nearRefusals.push(event.event_id)
      if (is.details) details.push(event.event_id)
    },
    truth() {
      const attackers = accounts.flatMap(({ id, kind }): Attacker[] => {
        const attack = attacks.get(id)
        if (!isAttack(kind) || attack === undefined) return []
        return [{ user_id: id, kind, first_attack: formatTime(attack.first), event_ids: attack.event_ids }]
      })
      return {
        from: formatTime(setting.start),
        until: formatTime(setting.end),
        events,
        attackers,
        campaign: campaignOf(attackers),
        confounders: confoundersOf(accounts, setting),
        risky: accounts
          .filter(({ kind, declined }) => kind === null && declined > setting.scenario.shares.refused)
          .map(({ id }) => id),
        ...eventsOfAll(setting),
        refusals,
        near_refusals: nearRefusals,
        details,
      }
    },
  }
}

function campaignOf(attackers: readonly Attacker[]): Truth['campaign'] {
  const together = attackers.filter(({ kind }) => kind === 'campaign')
  const first = together.map(({ first_attack }) => first_attack).sort()[0]
  if (first === undefined) return null
  return {
    first_attack: first,
    user_ids: together.map(({ user_id }) => user_id),
    event_ids: together.flatMap(({ event_ids }) => event_ids),
  }
}

function confoundersOf(accounts: readonly Person[], { scenario }: Setting): Truth['confounders'] {
  const batch = scenario.batch > 0 ? [{ user_id: BATCH_USER, kind: 'automation' as const }] : []
  return [
    ...accounts.flatMap(({ id, kind }) => (kind === null || isAttack(kind) ? [] : [{ user_id: id, kind }])),
    ...batch,
  ]
}

function eventsOfAll({ slow, upgradeAt }: Setting): Pick<Truth, 'incidents' | 'upgrade'> {
  return {
    incidents:
      slow === null
        ? []
        : [
            {
              kind: 'latency',
              model: SLOWED.name,
              from: formatTime(slow.from),
              until: formatTime(slow.until),
              factor: slow.factor,
            },
          ],
    upgrade: upgradeAt === null ? null : { model: UPGRADED.name, version: UPGRADE.version, at: formatTime(upgradeAt) },
  }
}

function isAttack(kind: Person['kind']): kind is AttackKind {
  return (ATTACKS as readonly string[]).includes(kind ?? '')
}
