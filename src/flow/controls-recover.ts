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
  const restored = facts.audits.get('restore')
  return {
    on: restored !== undefined,
    about: restored === undefined ? 'no restore is recorded in this store' : `the last was at ${told(restored.last)}`,
    faults: [],
    since: restored && { at: restored.first, from: 'the first audit entry of a restore' },
    evidence: { restores: deeds(facts, 'restore').n, last: told(restored?.last) },
  }
}

/** Controls by which what was lost comes back. */
export const recovering = { backup, 'restore-drill': restoreDrill }
