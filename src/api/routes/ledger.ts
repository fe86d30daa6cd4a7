import Type from 'typebox'
import type { Routes } from '../parts.ts'

/** First line of a checkpoint; names the log. */
const ORIGIN = 'undercurrent'

/** GET /v1/ledger/checkpoint: size and root hash of the ledger, as the text of a C2SP checkpoint. */
export const ledgerRoutes: Routes<'engine'> = async (app, { engine }) => {
  app.get(
    '/v1/ledger/checkpoint',
    {
      config: { roles: ['analyst', 'auditor'] },
      schema: {
        operationId: 'getCheckpoint',
        tags: ['ledger'],
        summary: 'Size and RFC 6962 root hash of the ledger',
        response: {
          200: {
            description: 'Three lines: origin, number of entries, root hash in base64.',
            content: { 'text/plain': { schema: Type.String() } },
          },
        },
      },
    },
    async (_request, reply) => {
      const { size, root } = await engine.head()
      return reply
        .type('text/plain; charset=utf-8')
        .send(`${ORIGIN}\n${size}\n${Buffer.from(root).toString('base64')}\n`)
    },
  )
}
