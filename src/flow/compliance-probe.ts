import type { Json } from '../core/ports.ts'
import { formatTime, type Micros } from '../core/window.ts'
import type { Facts } from './compliance-facts.ts'

/** What a control shows of itself. */
export interface Probe {
  /** Whether it is there at all; whether it works is for the faults to say. */
  on: boolean
  /** How it stands, in a sentence. */
  about: string
  /** Why it does not work, and what to do. */
  faults: string[]
  /** What to look at although it works. */
  notes?: string[]
  /** Why a preset that asks for it is content without; absent where it is not. */
  excused?: string
  /** Since when, and what says so; absent where nothing does. */
  since?: { at: Micros; from: string } | undefined
  strength?: Readonly<Record<string, number>>
  evidence: { [name: string]: Json | undefined }
}

/** Looks at one control. Pure. */
export type Look = (facts: Facts) => Probe

/** A time as evidence has it; null where there is none. */
export const told = (at: Micros | null | undefined): string | null => (at == null ? null : formatTime(at))

/** The fault of a job whose last run failed. Why is for whoever may see jobs: a reason may name files and machines. */
export const failedRun = (facts: Pick<Facts, 'jobs'>, job: string): string[] =>
  facts.jobs.get(job)?.outcome === 'failed'
    ? [`the last run of the job ${job} failed: undercurrent job list says why`]
    : []

/** How often something was done in the period, and when it was done first and last of all time. */
export function deeds({ audits, period }: Pick<Facts, 'audits' | 'period'>, action: string) {
  const all = audits.get(action)
  return { n: period.get(action)?.n ?? 0, first: told(all?.first), last: told(all?.last) }
}

/** Since when parts of the recorded policy stand as they do, where one changed since it was put down first. */
export function policySince({ policy }: Pick<Facts, 'policy'>, targets: readonly string[]): Probe['since'] {
  const changes = targets.flatMap((target) => {
    const at = policy?.changed.get(target)
    return at === undefined ? [] : [{ at, from: `the event admin.change of ${target}` }]
  })
  return changes.sort((a, b) => b.at - a.at)[0]
}
