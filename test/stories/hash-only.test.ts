import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createSearch } from './canaries.ts'
import { aFolder, aKey, cli, discard, keyOf, served } from './served.ts'

interface Found {
  total?: number
  not_examined: number
  items: { event_id: string; prompt: string; response: string; concepts: Record<string, number> }[]
}

const TIME = new Date(Date.now() - 3_600_000).toISOString()
/** Words that stand in texts that may not be kept, and nowhere else. */
const WORDS = [
  'quagmire harbour',
  'lantern orchard',
  'velvet turbine',
  'saffron glacier',
  'copper meadowlark',
  'amber foghorn',
]
const POLICY = `
hash_only: [silent]
withhold:
  - { concept: medical, above: 0.5, keep: hash, tenants: [clinic] }
keep:
  - { tenants: [brief], fields: [response], keep: drop }
`

it('texts that may not be kept are nowhere on disk, and their events are found by meaning and by concept', async () => {
  const dataDir = aFolder()
  const traces = createSearch(WORDS.map((word) => ({ kind: 'word', needles: [word] })))
  try {
    const policy = join(dataDir, '..', 'redaction.yaml')
    const key = aKey(dataDir, 'admin')
    writeFileSync(policy, POLICY)
    const flags = ['--jobs-enabled', 'false', '--redaction-file', policy]
    const service = await served(dataDir, key, flags)
    const event = (event_id: string, tenant_id: string, prompt: string, response: string, more: object = {}) => ({
      event_id,
      timestamp: TIME,
      event_type: 'llm.completion',
      user_id: 'u1',
      tenant_id,
      prompt,
      response,
      messages: [{ role: 'user', content: prompt }],
      attributes: { copy: prompt },
      ...more,
    })
    const sent = await service.call('POST', '/v1/events', [
      event(
        'weather',
        'silent',
        `Will the rain stop over the ${WORDS[0]}?`,
        `Showers until noon, says the ${WORDS[1]}.`,
      ),
      event(
        'refused',
        'silent',
        `How do I pick the lock of the ${WORDS[2]}?`,
        `I'm sorry, but I can't help with that ${WORDS[3]}.`,
        {
          tools_called: [{ name: 'search', arguments: { q: WORDS[2] }, error: WORDS[3] }],
          error: { type: 'timeout', message: WORDS[3], stack: WORDS[2] },
        },
      ),
      event(
        'ill',
        'clinic',
        `My ${WORDS[4]} and I have had chest pain and a fever for a week. Should I see a doctor?`,
        'Yes, today.',
      ),
      event('well', 'clinic', 'Which colours does a rainbow have?', 'Seven.'),
      event('short', 'brief', 'What do ships hear in a storm?', `An ${WORDS[5]}.`),
    ])
    expect(sent).toMatchObject({ status: 202, json: { accepted: 5 } })

    const search = async (body: object) => (await service.call<Found>('POST', '/v1/search', body)).json
    const check = async (waiting: number) => {
      const silent = { tenant_id: 'silent' }
      const near = await search({ q: 'forecast for today, rain or sun', mode: 'semantic', ...silent })
      expect(near.items[0]).toMatchObject({
        event_id: 'weather',
        prompt: expect.stringMatching(/^\[TEXT:.* characters\]$/),
      })
      const refusals = await search({ concept: 'refusal', scope: 'all', ...silent })
      expect(refusals).toMatchObject({ total: 1, not_examined: waiting, items: [{ event_id: 'refused' }] })
      expect((await search({ concept: 'medical', scope: 'all', tenant_id: 'clinic' })).items[0]?.event_id).toBe('ill')
      expect((await search({ q: 'rain', mode: 'keyword', ...silent })).items).toEqual([])
      expect((await search({ q: 'rainbow', mode: 'keyword' })).items).toHaveLength(1)
    }
    // those of the tenant that asks, and of no other
    await check(2)
    for (const name of ['embed', 'baseline', 'detect', 'digest', 'checkpoint']) await service.job(name)
    await check(0)

    const stored = async (id: string) => (await service.call('GET', `/v1/events/${id}`)).json as Record<string, unknown>
    expect((await stored('refused')).redaction).toMatchObject({
      withheld: {
        prompt: 'hash',
        response: 'hash',
        messages: 'hash',
        tools_called: 'hash',
        error: 'hash',
        attributes: 'hash',
      },
    })
    expect(await stored('ill')).toMatchObject({ redaction: { withheld: { prompt: 'hash', response: 'hash' } } })
    expect(await stored('well')).toMatchObject({ prompt: 'Which colours does a rainbow have?', response: 'Seven.' })
    expect(await stored('short')).toMatchObject({
      prompt: expect.any(String),
      redaction: { withheld: { response: 'drop' } },
    })
    expect(await stored('short')).not.toHaveProperty('response')

    // killed, so that what lies in the log of the database stays there to be read
    await service.kill('SIGKILL')
    expect(traces.under(dataDir, keyOf(dataDir))).toEqual([])
    expect(traces.in(Buffer.from(service.output()))).toEqual([])

    const file = join(dataDir, '..', 'more.jsonl')
    writeFileSync(file, `${JSON.stringify(event('later', 'silent', `A ${WORDS[0]} again`, 'Yes.'))}\n`)
    expect(cli(dataDir, ['import', file, '--redaction-file', policy]).code).toBe(0)
    expect(traces.under(dataDir, keyOf(dataDir))).toEqual([])
  } finally {
    discard(dataDir)
  }
}, 120_000)

it('a service whose redaction file names a concept that there is not does not start', async () => {
  const dataDir = aFolder()
  try {
    const policy = join(dataDir, '..', 'redaction.yaml')
    aKey(dataDir, 'admin')
    writeFileSync(policy, 'withhold: [{ concept: medicla, above: 0.5, keep: hash }]\n')
    const { code, err } = cli(dataDir, ['serve', '--port', '0', '--redaction-file', policy])
    expect(code).toBe(2)
    expect(err).toContain(`${policy}: /withhold/0/concept is no concept; there are `)
  } finally {
    discard(dataDir)
  }
}, 60_000)
