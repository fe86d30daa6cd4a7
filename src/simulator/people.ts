import { letters } from './facts.ts'
import { type Interest, type Interests, interestsOf, mixture } from './interests.ts'
import type { Random } from './random.ts'
import { ATTACKS, type AttackKind, CONFOUNDERS, type ConfounderKind, type Scenario } from './scenario.ts'
import { type Style, someStyle } from './style.ts'
import { DEVICES, type Device, line, MODELS, type Model, office, type Place, SCRIPT, TENANTS } from './world.ts'

/** An account: what it usually does. Nothing of it but ids, place and device shows in events. */
export interface Person {
  id: string
  tenant: string
  /** Its part in the story; null for an ordinary account. */
  kind: AttackKind | ConfounderKind | null
  /** Day from which an attacker attacks; -1 for others. */
  since: number
  /** First day on which it exists. */
  joins: number
  /** Days off, half-open; empty where both are equal. */
  away: { from: number; to: number }
  /** Requests on a working day, and the share of that on weekends. */
  rate: number
  weekend: number
  peakHour: number
  interests: Interests
  /** Share of sessions about anything at all. */
  explores: number
  style: Style
  /** Mean of the logarithm of tokens, per request. */
  logTokensIn: number
  logTokensOut: number
  /** Office and home. */
  places: readonly [Place, Place]
  device: Device
  model: Model
  /** Share of requests with a probing remark, and of requests that are declined. */
  curious: number
  declined: number
  random: Random
}

/** The accounts of a scenario. Roles come first in the list; ids are random, so that they tell nothing. */
export function people(scenario: Scenario, random: Random): Person[] {
  const everything = interestsOf(scenario)
  const roles: (AttackKind | ConfounderKind | null)[] = [
    ...ATTACKS.flatMap((kind) => Array<AttackKind>(scenario.attacks[kind]).fill(kind)),
    ...CONFOUNDERS.flatMap((kind) => Array<ConfounderKind>(scenario.confounders[kind]).fill(kind)),
  ]
  while (roles.length < scenario.users) roles.push(null)
  const seen = new Set<string>()
  const everyone = roles.map((kind, i) => person(kind, scenario, everything, random.fork(`account ${i}`), seen))
  // a few heavy users would else decide how much traffic a seed makes
  const mean = everyone.reduce((sum, p) => sum + p.rate, 0) / everyone.length
  for (const p of everyone) p.rate = rateOf(p, (p.rate / mean) * scenario.rate, scenario)
  return everyone
}

function person(
  kind: Person['kind'],
  scenario: Scenario,
  everything: readonly Interest[],
  random: Random,
  seen: Set<string>,
): Person {
  const tenant = random.whole(0, TENANTS.length - 1)
  const { since, joins } = beginning(kind, scenario, random)
  const left = random.whole(0, Math.max(0, scenario.days - 8))
  const risky = kind === null && random.chance(scenario.accounts.risky)
  const script = kind === 'automation'
  return {
    id: newId(random, seen),
    tenant: TENANTS[tenant]!,
    kind,
    since,
    joins,
    away: random.chance(0.3) && since < 0 ? { from: left, to: left + 7 } : { from: 0, to: 0 },
    rate: Math.min(Math.max(Math.exp(random.normal()), 0.06), 12),
    weekend: random.chance(0.1) ? 1 : 0.35,
    peakHour: random.normal(13, 2.5),
    interests: mixture(everything, random),
    explores: random.beta(1.2, 10),
    style: someStyle(random),
    logTokensIn: random.normal(5, 0.5),
    logTokensOut: random.normal(5.6, 0.4),
    places: [random.chance(0.7) ? office(tenant) : line(random), line(random)],
    device: script ? SCRIPT : random.pick(DEVICES),
    model: random.weighted(MODELS, (m) => (m === MODELS[1] ? 2 : 1)),
    curious: random.gamma(0.5) * (risky ? 0.1 : 0.01),
    declined: risky ? scenario.shares.refused_risky : scenario.shares.refused,
    random,
  }
}

/** When an account begins to exist and, for an attacker, to attack. */
function beginning(kind: Person['kind'], scenario: Scenario, random: Random): { since: number; joins: number } {
  const days = scenario.attack_days
  const drawn = random.whole(days.from, Math.max(days.from, days.to))
  const late = Math.floor(random.unit() * 0.8 * scenario.days)
  const joins = random.chance(scenario.accounts.joining) ? late : 0
  switch (kind) {
    case 'new_account_jailbreak':
      return { since: drawn, joins: drawn }
    case 'extraction':
      return { since: drawn, joins: random.chance(0.5) ? drawn : 0 }
    case 'campaign':
      return { since: days.campaign, joins: Math.min(joins, days.campaign) }
    case 'boiling_frog':
      return { since: days.boiling_frog, joins: 0 }
    case 'decoy_flood':
      return { since: days.decoy_flood, joins: 0 }
    default:
      return (ATTACKS as readonly string[]).includes(kind ?? '') ? { since: drawn, joins: 0 } : { since: -1, joins }
  }
}

/** Requests a day; accounts whose size an attack is about are never among the sleepy ones. */
function rateOf({ kind, random }: Person, rate: number, scenario: Scenario): number {
  if (kind === 'campaign') return random.between(0.7, 2)
  if (kind === 'extraction') return random.between(0.5, 2)
  if (kind === 'automation') return 0
  const floor = kind === 'exfiltration' || kind === 'boiling_frog' || kind === 'slow_drip' ? 0.9 : 0.5
  return (ATTACKS as readonly string[]).includes(kind ?? '') ? Math.max(rate, floor * scenario.rate) : rate
}

function newId(random: Random, seen: Set<string>): string {
  for (;;) {
    const id = `user_${letters(random, 5, '0123456789abcdefghjkmnpqrstvwxyz')}`
    if (!seen.has(id)) {
      seen.add(id)
      return id
    }
  }
}
