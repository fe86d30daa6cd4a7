import Type from 'typebox'
import { JobItem } from '../../core/job.ts'
import { Problem } from '../../core/problem.ts'
import type { Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { listOf } from '../shapes.ts'

/** GET /v1/jobs and POST /v1/jobs/:name/run: what the clock asks for, and asking for it now. */
export const jobRoutes: Routes<'jobs' | 'record'> = async (app, parts) => {
  const { jobs } = parts
  const admins = { roles: ['admin'], house: true } as const

  app.get(
    '/v1/jobs',
    {
      config: { ...admins, audit: null },
      schema: {
        operationId: 'listJobs',
        tags: ['operation'],
        summary: 'Scheduled jobs and how their last run went',
        response: { 200: listOf(JobItem) },
      },
    },
    async () => ({ items: await jobs.list(), next_cursor: null }),
  )

  app.post(
    '/v1/jobs/:name/run',
    {
      config: { ...admins, audit: 'job.run' },
      schema: {
        operationId: 'runJob',
        tags: ['operation'],
        summary: 'Runs a job now; where it is running, once more after that (409)',
        params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 64 }) }),
        response: { 202: Type.Object({ name: Type.String() }, { description: 'The job has started.' }) },
      },
    },
    async (request, reply) => {
      const { name } = request.params
      // what is no job is not told of either: whatever was typed goes nowhere
      if (!jobs.names.includes(name))
        throw new Problem('NOT_FOUND', 'there is no job of this name; GET /v1/jobs lists them')
      await audited(request, parts, { asked: { name } })
      if ((await jobs.run(name)) === 'running')
        throw new Problem('CONFLICT', 'the job is running; one more run follows the present one')
      return reply.code(202).send({ name })
    },
  )
}
