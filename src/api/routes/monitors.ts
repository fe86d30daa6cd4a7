import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Backtest, MonitorAnswer, MonitorAsk, MonitorItem, Starter } from '../../core/monitor.ts'
import { checkMetadataAsk } from '../../flow/metadata.ts'
import { monitorAsked } from '../../flow/monitors/asked.ts'
import {
  checkRoom,
  keepMonitor,
  listMonitors,
  type MonitorOwner,
  removeMonitor,
  showMonitor,
  tryMonitor,
} from '../../flow/monitors/own.ts'
import { startersFor } from '../../flow/monitors/starters.ts'
import { callerOf, narrowed, seesTexts } from '../access.ts'
import type { RouteParts, Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Identifier, listOf } from '../shapes.ts'

const Params = Type.Object({ name: Identifier })

type Parts = Pick<RouteParts, 'engine' | 'clock' | 'redactor' | 'record' | 'concepts' | 'backtest'>

/** /v1/monitors: searches that stand, and tell when what they find departs from what is usual, or of each match. */
export const monitorRoutes: Routes<keyof Parts> = async (app, parts: Parts) => {
  const writers = { roles: ['analyst'] } as const
  const readers = { roles: ['analyst', 'siem'], audit: null } as const
  const tags = ['risk']
  const owner = (request: FastifyRequest): MonitorOwner => ({
    ...narrowed(request, parts),
    by: callerOf(request).key_id,
  })

  /** What the audit keeps of a search that stands. Throws FORBIDDEN where it asks about texts by a key that sees none. */
  function told(request: FastifyRequest, body: MonitorAsk) {
    if (!seesTexts(request)) checkMetadataAsk(body.search)
    return monitorAsked(parts.redactor, body)
  }

  app.get(
    '/v1/monitors',
    {
      config: readers,
      schema: {
        operationId: 'listMonitors',
        tags,
        summary: 'Standing searches and policies, with how they stand',
        response: { 200: listOf(MonitorItem) },
      },
    },
    async (request) => ({ items: await listMonitors(parts, owner(request)), next_cursor: null }),
  )

  app.get(
    '/v1/monitors/starters',
    {
      config: readers,
      schema: {
        operationId: 'listStarterMonitors',
        tags,
        summary: 'Policies to begin with: each body is put as it is, or changed; none is on before',
        response: { 200: listOf(Starter) },
      },
    },
    async (request) => {
      const { tenant_id: bound } = owner(request)
      return { items: startersFor(await parts.concepts.answering({ bound })), next_cursor: null }
    },
  )

  app.post(
    '/v1/monitors/backtest',
    {
      config: { ...writers, audit: 'monitor.backtest' },
      schema: {
        operationId: 'backtestMonitor',
        tags,
        summary: 'A dry run: what a monitor would have raised over the history that there is; keeps nothing',
        body: MonitorAsk,
        response: { 200: Backtest },
      },
    },
    async (request) => {
      const asked = told(request, request.body)
      const { backtest } = await tryMonitor(parts, request.body, owner(request))
      await audited(request, parts, { asked, rows: backtest.matches })
      return backtest
    },
  )

  app.get(
    '/v1/monitors/:name',
    {
      config: readers,
      schema: {
        operationId: 'getMonitor',
        tags,
        summary: 'A standing search, with how it stands',
        params: Params,
        response: { 200: MonitorItem },
      },
    },
    async (request) => await showMonitor(parts, request.params.name, owner(request)),
  )

  app.put(
    '/v1/monitors/:name',
    {
      config: { ...writers, audit: 'monitor.put' },
      schema: {
        operationId: 'putMonitor',
        tags,
        summary: 'Saves a standing search; answers what it would have raised over the history that there is',
        description:
          'Back-tested before it is saved; POST /v1/monitors/backtest does so and saves nothing. Findings are raised of what comes from now on.',
        params: Params,
        body: MonitorAsk,
        response: { 200: MonitorAnswer },
      },
    },
    async (request) => {
      const { name } = request.params
      const who = owner(request)
      const asked = told(request, request.body)
      await checkRoom(parts, name, who.tenant_id ?? null)
      const tried = await tryMonitor(parts, request.body, who)
      await audited(request, parts, { asked: { ...asked, monitor: name }, rows: tried.backtest.matches })
      return await keepMonitor(parts, name, tried, who)
    },
  )

  app.delete(
    '/v1/monitors/:name',
    {
      config: { ...writers, audit: 'monitor.delete' },
      schema: {
        operationId: 'deleteMonitor',
        tags,
        summary: 'Removes a standing search; its findings stay',
        params: Params,
        response: { 204: Type.Null({ description: 'It is removed.' }) },
      },
    },
    async (request, reply) => {
      const { name } = await showMonitor(parts, request.params.name, owner(request))
      await audited(request, parts, { asked: { monitor: name } })
      await removeMonitor(parts, name, owner(request))
      return reply.code(204).send(null)
    },
  )
}
