import { DAY } from '../core/window.ts'
import { deeds, type Look, told } from './compliance-probe.ts'

const backup: Look = (facts) => {
  const { audits, now, house, keyCopies } = facts
  const begun = audits.get('backup')
  const done = audits.get('backup.done')
  const most = house.limits.backup_days
  const days = done === undefined ? null : Math.floor((now - done.last) / DAY)
  return {
    on: done !== undefined,
    about:
      days !== null
        ? `the last was made ${days} days ago`
        : begun === undefined
          ? 'none was made'
          : 'one was begun, and no end of one is recorded',
    faults:
      days !== null && most > 0 && days > most
        ? [`the last backup is ${days} days old, and ${most} are the limit: undercurrent backup FOLDER`]
        : [],
    since: done && { at: done.first, from: 'the first audit entry backup.done' },
    evidence: {
      begun: deeds(facts, 'backup').n,
      ended_well: deeds(facts, 'backup.done').n,
      last: told(done?.last),
      keys_apart: keyCopies.length > 0,
      limit_days: most === 0 ? null : most,
    },
  }
}

const restoreDrill: Look = (facts) => {
  const [restored, drilled] = [facts.audits.get('restore'), facts.audits.get('restore.drill')]
  const last = Math.max(restored?.last ?? 0, drilled?.last ?? 0)
  const first = Math.min(restored?.first ?? Number.POSITIVE_INFINITY, drilled?.first ?? Number.POSITIVE_INFINITY)
  return {
    on: last > 0,
    about: last === 0 ? 'no restore is recorded in this store' : `the last was at ${told(last)}`,
    faults: [],
    since: last === 0 ? undefined : { at: first, from: 'the first audit entry of a restore' },
    evidence: {
      restores: deeds(facts, 'restore').n,
      drills: deeds(facts, 'restore.drill').n,
      last: last === 0 ? null : told(last),
    },
  }
}

/** Controls by which what was lost comes back. */
export const recovering = { backup, 'restore-drill': restoreDrill }
