import { DAY, type Micros, parseTime } from '../core/window.ts'
import type { Facts } from './compliance-facts.ts'
import { deeds, failedRun, type Look, policySince, told } from './compliance-probe.ts'
import { clashesOf, ruleText } from './retention-rules.ts'

/** Jobs that carry out rules run every night; one night may fall out. */
const RULES_LATE = 2 * DAY

/** Why rules are not carried out, where the job that does it fails or does not run. */
function rulesFaults(facts: Facts, job: 'retain' | 'archive', done: Micros | null): string[] {
  const waited = facts.now - (done ?? policySince(facts, RULES)?.at ?? facts.policy?.begun ?? facts.now)
  const days = Math.floor(waited / DAY)
  const late = `no run ended well for ${days} days: undercurrent job run ${job}, and look at jobs`
  return [...failedRun(facts, job), ...(waited > RULES_LATE ? [late] : [])]
}

/** When a job ended well, by its last run. */
function doneAt({ jobs }: Facts, name: string): Micros | null {
  const job = jobs.get(name)
  return job?.outcome === 'done' ? parseTime(job.ended_at) : null
}

const RULES = ['settings/retention']

const retention: Look = (facts) => {
  const { house, audits, receipts } = facts
  const rules = house.retention
  const ends = rules.filter(({ after }) => after.delete !== null || after.anonymise !== null)
  const done = doneAt(facts, 'retain') ?? audits.get('retain')?.last ?? null
  const ofRules = receipts.filter(({ value }) => value !== null)
  return {
    on: rules.length > 0,
    about:
      rules.length === 0
        ? 'everything is kept for ever'
        : `${rules.length} rules, ${ends.length} of them end something`,
    faults: ends.length > 0 ? rulesFaults(facts, 'retain', done) : [],
    notes: clashesOf(rules).map(({ rule, keep, wins }) => `${rule} clashes with ${keep}; the ${wins} wins`),
    since: policySince(facts, RULES),
    evidence: {
      rules: rules.map((rule) => ({ name: rule.name, sha256: rule.hash, says: ruleText(rule) })),
      runs: deeds(facts, 'retain').n,
      last_run: told(done),
      last_outcome: facts.jobs.get('retain')?.outcome ?? null,
      ended: ofRules.reduce((total, { sum }) => total + sum, 0),
      by_rule: ofRules.map(({ value, n, sum, last }) => ({ rule: value, receipts: n, events: sum, last: told(last) })),
    },
  }
}

/** A file that is still being written after this was left by a run that died. */
const WRITTEN_LATE = 2 * DAY

const archive: Look = (facts) => {
  const { house, audits, period, archives, jobs, now } = facts
  const rules = house.retention.filter(({ after }) => after.archive !== null).map(({ name }) => name)
  const acts = [...audits].filter(([action]) => action.startsWith('archive'))
  const inState = (state: (typeof archives)[number]['state']) => archives.filter((file) => file.state === state)
  const standing = inState('standing')
  const left = inState('begun').filter(({ at }) => now - (parseTime(at) ?? now) > WRITTEN_LATE)
  const sum = (of: (file: (typeof archives)[number]) => number) => standing.reduce((total, file) => total + of(file), 0)
  return {
    on: rules.length > 0 || archives.length > 0 || acts.length > 0,
    about:
      standing.length > 0 ? `${standing.length} files of ${sum(({ rows }) => rows)} events` : 'nothing is archived',
    faults: rules.length > 0 ? rulesFaults(facts, 'archive', doneAt(facts, 'archive')) : failedRun(facts, 'archive'),
    notes: left.length > 0 ? [`${left.length} files were begun and never ended`] : [],
    since:
      acts.length === 0
        ? undefined
        : { at: Math.min(...acts.map(([, { first }]) => first)), from: 'the first audit entry of the archive' },
    evidence: {
      rules,
      files: standing.length,
      events: sum(({ rows }) => rows),
      bytes: sum(({ bytes }) => bytes ?? 0),
      ended: inState('ended').length + inState('removed').length,
      read_longest_ago: standing.map(({ read_at, at }) => read_at ?? at).sort()[0] ?? null,
      last_outcome: jobs.get('archive')?.outcome ?? null,
      by_action: Object.fromEntries(acts.map(([action]) => [action, period.get(action)?.n ?? 0])),
    },
  }
}

const legalHold: Look = (facts) => {
  const standing = facts.holds.filter(({ released }) => released === null)
  return {
    on: true,
    about: `${standing.length} holds stand`,
    faults: [],
    evidence: {
      standing: standing.length,
      released: facts.holds.length - standing.length,
      oldest: standing.map(({ at }) => at).sort()[0] ?? null,
      added: deeds(facts, 'hold.add').n,
      refused_erasures: deeds(facts, 'erase.refused').n,
    },
  }
}

const erasure: Look = (facts) => {
  const { receipts, erasures, keyCopies } = facts
  const own = receipts.find(({ value }) => value === null)
  const behind = keyCopies.filter(({ last_error }) => last_error !== null)
  return {
    on: true,
    about: `${own?.n ?? 0} erasures with receipts`,
    faults:
      behind.length === 0
        ? []
        : [
            `${behind.length} copies of the key ring may open what was erased: undercurrent keys copies says where; mount it, or give it up by --forget`,
          ],
    evidence: {
      receipts: own?.n ?? 0,
      events: own?.sum ?? 0,
      last: told(own?.last),
      listed: erasures,
      subject_exports: deeds(facts, 'subject.export').n,
      refused: deeds(facts, 'erase.refused').n,
      key_copies: keyCopies.length,
      key_copies_behind: behind.length,
    },
  }
}

/** Controls over how long something is kept, and for whom it goes. */
export const keeping = { retention, archive, 'legal-hold': legalHold, erasure }
