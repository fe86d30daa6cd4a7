import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { CanaryAsk, CanaryItem } from '../../core/canary.ts'
import {
  type CanaryOwner,
  checkedCanary,
  keepCanary,
  listCanaries,
  removeCanary,
  showCanary,
} from '../../flow/canaries/own.ts'
import { callerOf, narrowed } from '../access.ts'
import type { RouteParts, Routes } from '../parts.ts'
import { audited } from '../plugins/audit.ts'
import { Identifier, listOf } from '../shapes.ts'

const Params = Type.Object({ name: Identifier })

type Parts = Pick<RouteParts, 'engine' | 'clock' | 'redactor' | 'record' | 'canaryKey'>

/** /v1/canaries: strings that nobody should say. What is registered goes in and never comes out. */
export const canaryRoutes: Routes<keyof Parts> = async (app, parts: Parts) => {
  const writers = { roles: ['admin'] } as const
  const readers = { roles: ['analyst', 'siem'], audit: null } as const
  const tags = ['risk']
  const owner = (request: FastifyRequest): CanaryOwner => ({
    ...narrowed(request, parts),
    by: callerOf(request).key_id,
  })

  app.get(
    '/v1/canaries',
    {
      config: readers,
      schema: {
        operationId: 'listCanaries',
        tags,
        summary: 'Canary strings that are watched for, by name; never the strings',
        response: { 200: listOf(CanaryItem) },
      },
    },
    async (request) => ({ items: await listCanaries(parts, owner(request)), next_cursor: null }),
  )

  app.get(
    '/v1/canaries/:name',
    {
      config: readers,
      schema: {
        operationId: 'getCanary',
        tags,
        summary: 'A canary, without its string',
        params: Params,
        response: { 200: CanaryItem },
      },
    },
    async (request) => await showCanary(parts, request.params.name, owner(request)),
  )

  app.put(
    '/v1/canaries/:name',
    {
      config: { ...writers, audit: 'canary.put' },
      schema: {
        operationId: 'putCanary',
        tags,
        summary: 'Registers a canary string, of which keyed hashes alone are kept',
        description:
          'From a second later on, events that hold it are marked (`canary_output`, `canary_input`), a placeholder stands for it in their texts, and the job `canaries` raises findings of high severity.',
        params: Params,
        body: CanaryAsk,
        response: { 200: CanaryItem },
      },
    },
    async (request) => {
      const { name } = request.params
      const who = owner(request)
      const kept = await checkedCanary(parts, name, request.body, who)
      await audited(request, parts, { asked: { canary: name, characters: kept.hash.length } })
      return await keepCanary(parts, name, kept, who)
    },
  )

  app.delete(
    '/v1/canaries/:name',
    {
      config: { ...writers, audit: 'canary.delete' },
      schema: {
        operationId: 'deleteCanary',
        tags,
        summary: 'Removes a canary; marks and findings stay',
        params: Params,
        response: { 204: Type.Null({ description: 'It is removed.' }) },
      },
    },
    async (request, reply) => {
      const { name } = await showCanary(parts, request.params.name, owner(request))
      await audited(request, parts, { asked: { canary: name } })
      await removeCanary(parts, name, owner(request))
      return reply.code(204).send(null)
    },
  )
}
