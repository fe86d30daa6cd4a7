import { DAY, HOUR, type Micros, parseTime } from '../core/window.ts'
import type { Facts } from './compliance-facts.ts'
import { failedRun, type Look, policySince, told } from './compliance-probe.ts'

/** All entries are read every week; a night may fall out. */
const FULL_LATE = 8 * DAY
/** A checkpoint is signed every hour, a night of detection runs every ten minutes: a day without either is none that runs. */
const HOURLY_LATE = DAY

/** For how long nothing happened of what should have, since the store was begun. */
const waited = ({ now, begun }: Facts, last: Micros | null): Micros => now - (last ?? begun ?? now)
const days = (span: Micros) => Math.floor(span / DAY)
/** What the clock does by itself is not asked for of a store that is younger than a day. */
const young = (facts: Facts) =>
  waited(facts, null) <= DAY ? { excused: 'the store is younger than a day; jobs of the clock see to it' } : {}

const ledger: Look = (facts) => {
  const {
    verified,
    alarms,
    jobs,
    ledger: { entries },
  } = facts
  const job = jobs.get('verify')
  const late = waited(facts, verified)
  return {
    on: verified !== null || job !== undefined || alarms.length > 0,
    about:
      verified === null ? 'no pass over all entries has ended yet' : `all entries were read ${days(late)} days ago`,
    faults: [
      ...alarms.map(({ title, finding_id }) => `${title}: look at the finding ${finding_id}, and undercurrent verify`),
      ...(late > FULL_LATE
        ? [`no pass over all entries ended well for ${days(late)} days: undercurrent verify --from-start`]
        : []),
      ...failedRun(facts, 'verify'),
    ],
    ...young(facts),
    evidence: {
      entries,
      last_full_pass: told(verified),
      verdict: alarms.length > 0 ? 'alarm' : verified === null ? null : 'intact',
      open_alarms: alarms.length,
      last_run: job?.ended_at ?? null,
      last_outcome: job?.outcome ?? null,
    },
  }
}

const checkpoints: Look = (facts) => {
  const {
    checkpoint,
    ledger: { entries },
  } = facts
  const late = waited(facts, checkpoint?.at ?? null)
  const behind = entries - (checkpoint?.size ?? 0)
  return {
    on: checkpoint !== null,
    about: checkpoint === null ? 'none is signed yet' : `the last has ${checkpoint.size} of ${entries} entries`,
    faults: [
      ...(behind > 0 && late > HOURLY_LATE
        ? [`${behind} entries are under no checkpoint, for ${days(late)} days: undercurrent ledger checkpoint`]
        : []),
      ...failedRun(facts, 'checkpoint'),
    ],
    ...young(facts),
    evidence: { size: checkpoint?.size ?? null, at: told(checkpoint?.at), entries_behind: behind },
  }
}

const copies: Look = (facts) => {
  const { house, now } = facts
  const most = house.limits.copy_hours
  const named = new Set([...house.copies.checkpoints, ...house.copies.segments])
  const targets = facts.copies
    .filter(({ target }) => named.has(target))
    .map(({ target, behind_since, failures }) => ({
      target,
      lag_seconds: behind_since === null ? 0 : Math.max(0, Math.round((now - behind_since) / 1e6)),
      failures,
    }))
  const never = [...named].filter((name) => !targets.some(({ target }) => target === name))
  const since = policySince(facts, ['settings/copies'])
  const hours = Math.floor(waited(facts, since?.at ?? facts.policy?.begun ?? null) / HOUR)
  const late = most > 0 && hours >= most
  return {
    on: named.size > 0,
    about: named.size === 0 ? 'nothing leaves this machine' : `${named.size} places out of reach`,
    faults: [
      ...targets
        .filter(({ lag_seconds }) => most > 0 && lag_seconds > most * 3600)
        .map(
          ({ target, lag_seconds }) =>
            `${target} lacks something for ${Math.floor(lag_seconds / 3600)} hours: mend it, and undercurrent job run copy, which says what is wrong`,
        ),
      ...(late ? never : []).map(
        (name) => `${name} was given nothing for ${hours} hours: let the service run, or undercurrent job run copy`,
      ),
    ],
    notes: (late ? [] : never).map((name) => `${name} was given nothing yet`),
    since,
    evidence: {
      checkpoints: [...house.copies.checkpoints],
      segments: [...house.copies.segments],
      targets,
      limit_hours: most === 0 ? null : most,
    },
  }
}

const logGaps: Look = ({ producers, gaps }) => ({
  on: producers > 0,
  about: producers === 0 ? 'no producer numbers its events' : `${producers} producers are followed`,
  faults: [],
  notes: gaps.length > 0 ? [`${gaps.length} gaps are open: look at the findings log-gap`] : [],
  evidence: { producers, open_gaps: gaps.length },
})

const detection: Look = (facts) => {
  const job = facts.jobs.get('detect')
  const last = job?.outcome === 'done' ? parseTime(job.ended_at) : null
  const late = waited(facts, last)
  return {
    on: job !== undefined,
    about: last === null ? 'no run has ended yet' : `the last run ended at ${told(last)}`,
    faults: [
      ...failedRun(facts, 'detect'),
      ...(late > HOURLY_LATE
        ? [`no run ended for ${days(late)} days: let the service run, or undercurrent job run detect`]
        : []),
    ],
    ...young(facts),
    evidence: { last_run: job?.ended_at ?? null, last_outcome: job?.outcome ?? null },
  }
}

const integrity: Look = (facts) => {
  const { policy, house } = facts
  const changed = [...(policy?.changed ?? [])].sort(([, a], [, b]) => b - a)
  return {
    on: true,
    about:
      policy === null ? 'no start has recorded it yet' : `${changed.length} parts changed since it was recorded first`,
    faults: house.altered.map(
      (target) => `${target} is not the file that was recorded: undercurrent verify, and install the package again`,
    ),
    notes: house.policy_changes.map(({ target }) => `${target} runs otherwise than the service’s last start recorded`),
    since: policy === null ? undefined : { at: policy.begun, from: 'the record of policy' },
    evidence: {
      recorded_since: told(policy?.begun),
      changed: changed.slice(0, 20).map(([target, at]) => ({ target, at: told(at) })),
      altered: [...house.altered],
      differs_now: house.policy_changes.map(({ target }) => target),
    },
  }
}

/** Controls by which it can be shown that nothing is missing, altered or unseen. */
export const proving = { ledger, checkpoints, copies, 'log-gaps': logGaps, detection, integrity }
