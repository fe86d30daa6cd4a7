import Type from 'typebox'
import { checkpoint, newestCheckpoint } from '../../flow/checkpoint.ts'
import { ledgerConsistency, ledgerProof } from '../../flow/ledger-proof.ts'
import { seesTexts, tenantOf } from '../access.ts'
import type { Routes } from '../parts.ts'
import { Identifier } from '../shapes.ts'

const PLAIN = 'text/plain; charset=utf-8'
const roles = ['analyst', 'auditor'] as const

const Bytes = (description: string) => Type.String({ description: `${description}, base64.` })
/** No integer: its reader would take 1.5 for 1. */
const Size = (description: string) =>
  Type.Number({ multipleOf: 1, minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })

const Proof = Type.Object({
  leaf_index: Type.Integer({ minimum: 0, description: 'Place of the entry in the ledger, from 0.' }),
  tree_size: Type.Integer({ minimum: 1, description: 'Entries that the checkpoint is of.' }),
  leaf_data: Bytes('RFC 8785 JSON of kind, event_id and commitment'),
  salt: Type.Union([Bytes('What the event was hashed with'), Type.Null()], {
    description: 'Null once the event was erased, and for whoever sees no texts; the proof holds all the same.',
  }),
  leaf_hash: Bytes('SHA-256(0x00 ‖ leaf_data)'),
  hashes: Type.Array(Type.String(), { description: 'RFC 6962 inclusion path, lowest first, base64.' }),
  checkpoint: Type.String({ description: 'C2SP signed note of tree_size and root hash.' }),
})

const Consistency = Type.Object({
  from: Type.Integer({ minimum: 0 }),
  to: Type.Integer({ minimum: 0 }),
  hashes: Type.Array(Type.String(), { description: 'RFC 6962 consistency path, base64.' }),
})

const text = (description: string) => ({
  200: { description, content: { 'text/plain': { schema: Type.String() } } },
})

/** GET /v1/ledger/…: the newest signed checkpoint, the key that it is checked with, and proofs under it. */
export const ledgerRoutes: Routes<'engine' | 'signer' | 'redactor' | 'clock'> = async (app, parts) => {
  app.get(
    '/v1/ledger/checkpoint',
    {
      config: { roles, audit: null },
      schema: {
        operationId: 'getCheckpoint',
        tags: ['ledger'],
        summary: 'Size and RFC 6962 root hash of the ledger, signed',
        description: 'The newest that is stored; what came in since is covered by the next.',
        response: text('C2SP signed note: origin, number of entries, root hash in base64, then the signature.'),
      },
    },
    async (_request, reply) => {
      const { note } = (await newestCheckpoint(parts)) ?? (await checkpoint(parts)).checkpoint
      return reply.type(PLAIN).send(note)
    },
  )

  app.get(
    '/v1/ledger/key',
    {
      config: { roles, audit: null },
      schema: {
        operationId: 'getLedgerKey',
        tags: ['ledger'],
        summary: 'Public key that checkpoints are checked with',
        response: text('C2SP verifier key: name, key id, key.'),
      },
    },
    async (_request, reply) => reply.type(PLAIN).send(`${parts.signer.vkey}\n`),
  )

  app.get(
    '/v1/ledger/proof',
    {
      config: { roles, audit: null },
      schema: {
        operationId: 'getInclusionProof',
        tags: ['ledger'],
        summary: 'That an event is in the ledger',
        querystring: Type.Object({ event_id: Identifier }),
        response: { 200: Proof },
      },
    },
    async (request) => {
      const proof = await ledgerProof(parts, request.query.event_id, tenantOf(request, parts))
      // with it a text that is guessed can be told from one that is not
      return seesTexts(request) ? proof : { ...proof, salt: null }
    },
  )

  app.get(
    '/v1/ledger/consistency',
    {
      config: { roles, audit: null },
      schema: {
        operationId: 'getConsistencyProof',
        tags: ['ledger'],
        summary: 'That an earlier ledger is the beginning of a later one',
        querystring: Type.Object({
          from: Size('Entries of the earlier.'),
          to: Size('Entries of the later; at most as many as there are.'),
        }),
        response: { 200: Consistency },
      },
    },
    async (request) => await ledgerConsistency(parts, request.query.from, request.query.to),
  )
}
