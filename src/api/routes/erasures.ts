import Type from 'typebox'
import { ERASED_PLACES } from '../../core/erasure.ts'
import { surveyErasure } from '../../flow/erase.ts'
import { erasureOf, erasures } from '../../flow/erasures.ts'
import { subjectName } from '../../flow/subject.ts'
import type { Routes } from '../parts.ts'
import { acting, audited } from '../plugins/audit.ts'
import { Cursor, Identifier, Limit, listOf, Reason, Subject } from '../shapes.ts'

const Nullable = Type.Union([Type.String(), Type.Null()])
const Counts = Type.Object(
  Object.fromEntries(ERASED_PLACES.map((place) => [place, Type.Optional(Type.Integer({ minimum: 0 }))])),
  { description: 'How many in each place.' },
)
const Erasure = Type.Object({
  receipt_id: Type.String(),
  seq: Type.Integer({ minimum: 0, description: 'Place of the receipt in the ledger.' }),
  receipt: Type.Object(
    {
      leaves: Type.Array(Type.Array(Type.Integer()), {
        description: 'Half-open ranges of places whose texts are gone.',
      }),
      subject: Type.Union([
        Type.Object({
          by: Type.Array(Type.String()),
          hash: Type.String({ description: 'Keyed; tells nobody the id.' }),
        }),
        Type.Null(),
      ]),
      by: Type.String({ description: 'Who ordered it.' }),
      reason: Nullable,
      at: Type.String({ description: 'ISO 8601' }),
      counts: Counts,
    },
    { additionalProperties: true },
  ),
})
const Note = Type.String({ description: 'The receipt as a signed note (C2SP), to be kept outside.' })
const Answer = Type.Object(
  {
    outcome: Type.Union([Type.Literal('erased'), Type.Literal('before'), Type.Literal('nothing')], {
      description: 'before: nothing is held any more, and this is the receipt of that time; nothing: nothing ever was.',
    }),
    erased: Type.Union([Erasure, Type.Null()]),
    note: Type.Union([Note, Type.Null()]),
    key_copies: Type.Array(
      Type.Object({ place: Type.String(), renewed: Type.Boolean(), message: Type.Optional(Type.String()) }),
      { description: 'Copies of the keys, and whether the destroyed ones are gone from there.' },
    ),
  },
  { description: 'What became of it; asked again, it answers with the same receipt.' },
)
const Survey = Type.Object({ dry_run: Type.Literal(true), counts: Counts })

/** POST and GET /v1/erasures, GET /v1/erasures/:receipt_id: destroying what is held of a subject, and the receipts of it. */
export const erasureRoutes: Routes<'engine' | 'redactor' | 'record' | 'signer' | 'subjectKey' | 'erase'> = async (
  app,
  parts,
) => {
  const tags = ['keeping']
  const readers = { roles: ['auditor'], house: true, audit: null } as const

  app.post(
    '/v1/erasures',
    {
      config: { roles: ['admin'], house: true, audit: 'erase' },
      schema: {
        operationId: 'erase',
        tags,
        summary: 'Destroys what is held of a user, a session, an event or a tenant, for ever',
        description:
          'All ids that are given hold. Refused under a legal hold (409), and that is told in the audit. What is erased cannot be had again.',
        querystring: Type.Object(
          { dry_run: Type.Optional(Type.Boolean({ description: 'Only counts what would be erased.' })) },
          { additionalProperties: false },
        ),
        body: Type.Object({ ...Subject, reason: Reason }, { additionalProperties: false }),
        response: { 200: Type.Union([Answer, Survey]) },
      },
    },
    async (request) => {
      const { reason, ...subject } = request.body
      if (request.query.dry_run !== true)
        return await parts.erase({ subject, actor: acting(request), ...(reason === undefined ? {} : { reason }) })
      const counts = await surveyErasure(parts, subject)
      const named = subjectName(parts.redactor, parts.subjectKey, subject)
      await audited(request, parts, { asked: { subject: named, dry_run: true } })
      return { dry_run: true as const, counts }
    },
  )

  app.get(
    '/v1/erasures',
    {
      config: readers,
      schema: {
        operationId: 'listErasures',
        tags,
        summary: 'Receipts of erasures, newest first',
        querystring: Type.Object({ limit: Limit, cursor: Cursor }, { additionalProperties: false }),
        response: { 200: listOf(Erasure) },
      },
    },
    async (request) => await erasures(parts, request.query),
  )

  app.get(
    '/v1/erasures/:receipt_id',
    {
      config: readers,
      schema: {
        operationId: 'getErasure',
        tags,
        summary: 'One receipt, and the same signed',
        params: Type.Object({ receipt_id: Identifier }),
        response: { 200: Type.Object({ ...Erasure.properties, note: Note }) },
      },
    },
    async (request) => await erasureOf(parts, request.params.receipt_id),
  )
}
