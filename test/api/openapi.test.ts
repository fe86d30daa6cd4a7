import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AnApi, anApi, said } from './an-api.ts'

let api: AnApi
// biome-ignore lint/suspicious/noExplicitAny: the document is what is examined
let document: any
beforeAll(async () => {
  api = await anApi()
  document = (await api.call('GET', '/openapi.json', { role: null })).json
  await api.call('POST', '/v1/events', { role: 'ingest', body: [said('e1'), said('e2')] })
})
afterAll(() => api.close())

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
  )

it('says which version it is of OpenAPI and of us', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(document.info).toMatchObject({ title: 'Undercurrent', version: '1.2.3' })
})

it('lists every route that is served, and none besides', () => {
  // the files of the start page are no interface
  const served = servedRoutes().filter((route) => !/^GET \/(landing\.\w+)?$/.test(route))
  const listed = operations().map(([method, path]) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`)
  expect(listed.sort()).toEqual(served.sort())
  expect(served.length).toBeGreaterThan(10)
})

it('describes every route: who may call it, what it does, what it answers and how it refuses', () => {
  const tags = document.tags.map(({ name }: { name: string }) => name)
  const ids = new Set<string>()
  for (const [method, path, operation] of operations()) {
    const name = `${method} ${path}`
    expect(operation.summary, name).toBeTruthy()
    expect(operation.operationId, name).toMatch(/^[a-z][A-Za-z]+$/)
    ids.add(operation.operationId!)
    expect(tags, name).toEqual(expect.arrayContaining(operation.tags ?? ['none']))
    expect(operation.security, name).toBeDefined()
    for (const one of operation.security!) expect(Object.keys(one)).toEqual(['key'])
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      name,
    ).toBe(true)
    for (const response of Object.values(operation.responses)) expect(response.description, name).toBeTypeOf('string')
    expect(operation.responses.default!.content, name).toHaveProperty(['application/problem+json', 'schema', '$ref'])
    for (const parameter of (path.match(/\{(\w+)\}/g) ?? []).map((part) => part.slice(1, -1)))
      expect(operation.parameters, name).toContainEqual(
        expect.objectContaining({ name: parameter, in: 'path', required: true }),
      )
    if (method === 'post' && path === '/v1/events')
      expect(Object.keys(operation.requestBody!.content)).toEqual(['application/json', 'application/x-ndjson'])
  }
  expect(ids.size).toBe(operations().length)
})

it('refers to nothing that is not there, and every schema compiles as JSON Schema 2020-12', () => {
  const ajv = validator()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('$ref' in value) {
      const path = String(value.$ref).replace(/^#\//, '').split('/')
      expect(
        path.reduce((at, key) => at?.[key], document),
        String(value.$ref),
      ).toBeDefined()
    }
    for (const inner of Object.values(value)) walk(inner)
  }
  walk(document)
  for (const [, , { parameters = [], requestBody, responses }] of operations()) {
    for (const { schema } of parameters) ajv.compile(schema)
    for (const { schema } of Object.values(requestBody?.content ?? {})) ajv.compile(schema)
    for (const { content = {} } of Object.values(responses))
      for (const { schema } of Object.values(content)) ajv.compile(local(schema))
  }
})

it.each([
  ['get', '/v1/events/{event_id}', '/v1/events/e1'],
  ['get', '/v1/search', '/v1/search?q=parcel'],
  ['get', '/v1/findings', '/v1/findings'],
  ['get', '/v1/scores', '/v1/scores'],
  ['get', '/v1/baselines', '/v1/baselines?metric=volume&group=user'],
  ['get', '/v1/digests', '/v1/digests'],
  ['get', '/v1/digests/{date}', '/v1/digests/2026-02-01'],
  ['get', '/v1/jobs', '/v1/jobs'],
  ['post', '/v1/jobs/{name}/run', '/v1/jobs/embed/run'],
  ['get', '/v1/concepts', '/v1/concepts'],
  ['post', '/v1/holds', '/v1/holds', { session_id: 'none', reason: 'a claim' }],
  ['get', '/v1/holds', '/v1/holds'],
  ['post', '/v1/erasures', '/v1/erasures', { event_id: 'e2' }],
  ['post', '/v1/erasures', '/v1/erasures?dry_run=true', { event_id: 'e1' }],
  ['get', '/v1/erasures', '/v1/erasures'],
  ['get', '/readyz', '/readyz'],
  ['get', '/v1/nothing', '/v1/nothing'],
])('%s %s answers as the document says', async (method, pattern, path, body?: object) => {
  const { status, json } = await api.call(method.toUpperCase(), path, { body })
  const responses: Operation['responses'] = document.paths[pattern]?.[method].responses ?? {
    default: document.paths['/v1/jobs'].get.responses.default,
  }
  const content = (responses[status] ?? responses.default)!.content!
  const validate = validator().compile(local(Object.values(content)[0]!.schema))
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true)
})

function validator() {
  return new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true })
}

/** A schema, or the component that it refers to. */
function local(schema: object): object {
  const name = (schema as { $ref?: string }).$ref?.split('/').at(-1)
  return name === undefined ? schema : document.components.schemas[name]
}

/** `GET /v1/events/:event_id` of every route, read off the router's own tree. */
function servedRoutes(): string[] {
  const above: string[] = []
  return api.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent, part, methods = ''] = /^([│├└─\s]*)(\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? []
      if (part === undefined) return []
      const depth = indent!.length / 4 - 1
      above.splice(depth, above.length, part)
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => `${method} ${above.join('')}`)
    })
}
