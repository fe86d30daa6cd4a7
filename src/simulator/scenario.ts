import { Problem } from '../core/problem.ts'
import { topics } from './texts/index.ts'

/** What an attacker of the simulation does. */
export const ATTACKS = [
  'slow_jailbreak',
  'new_account_jailbreak',
  'exfiltration',
  'campaign',
  'extraction',
  'boiling_frog',
  'compromised',
  'metronome',
  'slow_drip',
  'brute_force',
  'decoy_flood',
] as const
export type AttackKind = (typeof ATTACKS)[number]

/** Harmless change that looks like an attack to a careless eye. */
export const CONFOUNDERS = ['switcher', 'grower', 'traveller', 'automation', 'viral_template'] as const
export type ConfounderKind = (typeof CONFOUNDERS)[number]

/** Everything that a simulation depends on, besides the seed and the first day. Days count from 0. */
export interface Scenario {
  /** Length in days, 1 to 400. */
  days: number
  /** Accounts altogether, attackers and harmless oddities among them. */
  users: number
  /** Mean requests of an account on a working day. */
  rate: number
  /** Names of topics that people speak about; all where empty. */
  topics: string[]
  /** Accounts per kind of attack. */
  attacks: Record<AttackKind, number>
  /** First and last day on which an attack may begin, and the day for each that has its own. */
  attack_days: { from: number; to: number; campaign: number; boiling_frog: number; decoy_flood: number }
  /** Accounts per kind of harmless change. */
  confounders: Record<ConfounderKind, number>
  /** Day on which one model gets a new version: longer answers, faster. -1: never. */
  upgrade_day: number
  /** One model slows down for some minutes. `factor` 4 is +300 %. `day` -1: never. */
  incident: { day: number; minutes: number; factor: number }
  /** Requests of the nightly batch, which all fall into fifteen minutes; 0 for none. */
  batch: number
  /** Shares of requests, 0 to 1. */
  shares: { refused: number; refused_risky: number; near_refusal: number; error: number; details: number }
  /** Shares of accounts, 0 to 1: those who ask risky things often, those who join in mid-period. */
  accounts: { risky: number; joining: number }
}

const none = <K extends string>(kinds: readonly K[]) =>
  Object.fromEntries(kinds.map((k) => [k, 0])) as Record<K, number>

/** Thirty days that show everything at a size that a laptop reads in a minute. */
const demo: Scenario = {
  days: 30,
  users: 150,
  rate: 4.6,
  topics: [],
  attacks: {
    slow_jailbreak: 2,
    new_account_jailbreak: 1,
    exfiltration: 2,
    campaign: 8,
    extraction: 2,
    boiling_frog: 2,
    compromised: 2,
    metronome: 2,
    slow_drip: 2,
    brute_force: 1,
    decoy_flood: 0,
  },
  attack_days: { from: 14, to: 15, campaign: 15, boiling_frog: 9, decoy_flood: 24 },
  confounders: { switcher: 6, grower: 4, traveller: 6, automation: 2, viral_template: 10 },
  upgrade_day: 15,
  // five times, because four is the line of the rule that looks for it, and noise decides at a line
  incident: { day: 22, minutes: 15, factor: 5 },
  batch: 75,
  shares: { refused: 0.004, refused_risky: 0.05, near_refusal: 0.04, error: 0.02, details: 0.03 },
  accounts: { risky: 0.04, joining: 0.15 },
}

/** Scenarios by name. */
export const scenarios = {
  demo,
  /** The demo without anyone who means harm: whatever is raised is false. */
  calm: { ...demo, attacks: none(ATTACKS), incident: { ...demo.incident, day: -1 } },
  /** The size at which the detection design is judged: 2,000 accounts, 60 days. */
  study: {
    ...demo,
    days: 60,
    users: 2000,
    attacks: {
      slow_jailbreak: 14,
      new_account_jailbreak: 4,
      exfiltration: 8,
      campaign: 40,
      extraction: 8,
      boiling_frog: 8,
      compromised: 8,
      metronome: 8,
      slow_drip: 8,
      brute_force: 4,
      decoy_flood: 60,
    },
    attack_days: { from: 20, to: 32, campaign: 22, boiling_frog: 17, decoy_flood: 40 },
    confounders: { switcher: 100, grower: 60, traveller: 100, automation: 40, viral_template: 150 },
    upgrade_day: 30,
    incident: { day: 45, minutes: 15, factor: 5 },
    batch: 300,
    accounts: { risky: 0.02, joining: 0.2 },
  },
  /** Three days of customer support, small enough to read. */
  support: {
    ...demo,
    days: 3,
    users: 20,
    rate: 3.4,
    topics: ['support'],
    attacks: { ...none(ATTACKS), slow_jailbreak: 1, brute_force: 1 },
    attack_days: { from: 1, to: 1, campaign: 1, boiling_frog: 1, decoy_flood: 1 },
    confounders: none(CONFOUNDERS),
    upgrade_day: -1,
    incident: { ...demo.incident, day: -1 },
    batch: 0,
    shares: { ...demo.shares, refused: 0.03, refused_risky: 0.2 },
    accounts: { risky: 0.1, joining: 0 },
  },
} satisfies Record<string, Scenario>

/**
 * A named scenario, with changes: an object such as `{ "days": 10, "attacks": { "campaign": 0 } }`.
 * Throws Problem (BAD_REQUEST) for an unknown name, a wrong type, a number out of range, or more roles than accounts.
 */
export function scenarioOf(name: string, changes: unknown = {}): Scenario {
  const base = Object.hasOwn(scenarios, name) ? scenarios[name as keyof typeof scenarios] : undefined
  if (base === undefined)
    throw wrong(`there is no scenario of that name; there are ${Object.keys(scenarios).join(', ')}`)
  const scenario = merge(base, changes, '') as Scenario
  if (scenario.days < 1 || scenario.days > 400) throw wrong('days must be 1 to 400')
  if (scenario.users < 1 || scenario.users > 100_000) throw wrong('users must be 1 to 100000')
  for (const topic of scenario.topics)
    if (!topics.some(({ name }) => name === topic)) throw wrong(`there is no topic named ${shown(topic)}`)
  if (scenario.rate > 1000) throw wrong('rate must be at most 1000 requests a day')
  for (const [group, shares] of Object.entries({ shares: scenario.shares, accounts: scenario.accounts }))
    for (const [share, value] of Object.entries(shares))
      if (value > 1) throw wrong(`${group}.${share} must be at most 1`)
  const roles = [...Object.values(scenario.attacks), ...Object.values(scenario.confounders)].reduce((a, b) => a + b, 0)
  if (roles > scenario.users)
    throw wrong(`attacks and confounders need ${roles} accounts, but there are ${scenario.users}`)
  return scenario
}

/** The same story at another size: days and numbers of accounts in proportion, a role that was there staying there. */
export function resized(scenario: Scenario, { days = scenario.days, users = scenario.users }): Scenario {
  const inTime = (day: number) => (day < 0 ? day : Math.round((day * days) / scenario.days))
  const inNumber = (n: number) => (n === 0 ? 0 : Math.max(1, Math.round((n * users) / scenario.users)))
  const each = <T extends Record<string, number>>(group: T, change: (n: number) => number) =>
    Object.fromEntries(Object.entries(group).map(([key, n]) => [key, change(n)])) as T
  return scenarioOf('demo', {
    ...scenario,
    days,
    users,
    attacks: each(scenario.attacks, inNumber),
    attack_days: each(scenario.attack_days, inTime),
    confounders: each(scenario.confounders, inNumber),
    upgrade_day: inTime(scenario.upgrade_day),
    incident: { ...scenario.incident, day: inTime(scenario.incident.day) },
    batch: inNumber(scenario.batch),
  })
}

function wrong(message: string): Problem {
  return new Problem('BAD_REQUEST', `scenario: ${message}`)
}

/** Whole numbers but for these, and -1 only for days that may never come. */
const FRACTIONS = /^\/(rate|shares|accounts|incident\/factor)/
const MAY_BE_NEVER = /^\/(upgrade_day|incident\/day)$/

function merge(base: unknown, change: unknown, path: string): unknown {
  if (change === undefined) return base
  if (Array.isArray(base)) {
    if (!Array.isArray(change) || !change.every((item) => typeof item === 'string'))
      throw wrong(`${path} must be a list of texts`)
    return change
  }
  if (typeof base === 'number') {
    if (typeof change !== 'number' || !Number.isFinite(change)) throw wrong(`${path} must be a number`)
    if (!FRACTIONS.test(path) && !Number.isInteger(change)) throw wrong(`${path} must be a whole number`)
    if (change < 0 && !(MAY_BE_NEVER.test(path) && change === -1)) throw wrong(`${path} must not be negative`)
    return change
  }
  if (typeof change !== 'object' || change === null || Array.isArray(change))
    throw wrong(`${path === '' ? 'it' : path} must be an object`)
  const known = base as Record<string, unknown>
  for (const key of Object.keys(change))
    if (!Object.hasOwn(known, key)) throw wrong(`${path}/ has no such name: ${shown(key)}`)
  return Object.fromEntries(
    Object.entries(known).map(([key, value]) => [
      key,
      merge(value, (change as Record<string, unknown>)[key], `${path}/${key}`),
    ]),
  )
}

/** A name as it can be shown on any terminal. */
function shown(key: string): string {
  return JSON.stringify(key.slice(0, 40)).replace(/[^\x20-\x7e]/g, '?')
}
