import Type, { type Static } from 'typebox'
import { oneOf } from './one-of.ts'

export const RUN_OUTCOMES = ['done', 'failed', 'killed'] as const

const Count = Type.Integer({ minimum: 0 })

/** One run of a job that has ended. Times are ISO 8601. */
export const JobRun = Type.Object({
  started_at: Type.String(),
  ended_at: Type.String(),
  outcome: oneOf(RUN_OUTCOMES),
  done: Type.Integer({ minimum: 0, description: 'Items that the run finished.' }),
  reason: Type.Optional(Type.String({ description: 'Why it failed, where that is an expected failure.' })),
})
export type JobRun = Static<typeof JobRun>

/** A scheduled job as it stands. */
export const JobItem = Type.Object({
  name: Type.String(),
  schedule: Type.String({ description: 'Cron expression, UTC.' }),
  running: Type.Boolean(),
  progress: Type.Union([Type.Object({ done: Count, total: Count }), Type.Null()], {
    description: 'Of the present run; null where nothing runs.',
  }),
  last_run: Type.Union([JobRun, Type.Null()]),
  next_run: Type.Union([Type.String(), Type.Null()], { description: 'ISO 8601; null where none is planned.' }),
})
export type JobItem = Static<typeof JobItem>
