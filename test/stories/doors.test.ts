import { afterAll, beforeAll, expect, it } from 'vitest'
import { aFolder, aKey, cli, discard, type Served, served } from './served.ts'

/** The built service on a socket: who guesses is told of, and what is to go goes, by either door. */
interface Finding {
  entity_type: string
  entity_id: string
  evidence: { detector: string; event_ids: string[] }[]
}

const dataDir = aFolder()
let service: Served
let admin: string
const now = Date.now()
const at = (secondsAgo: number) => new Date(now - secondsAgo * 1_000).toISOString()

beforeAll(async () => {
  admin = aKey(dataDir, 'admin')
  service = await served(dataDir, admin)
})
afterAll(async () => {
  await service?.kill()
  discard(dataDir)
})

it('five failures in five minutes raise a finding: of an address, a user and a key, at our doors and at those of applications', async () => {
  // an application tells of a user from many addresses, of a key from many users, and of what is no guessing
  const failure = (i: number, over: object) => ({ event_type: 'auth.failure', timestamp: at(200 - 20 * i), ...over })
  const body = [0, 1, 2, 3, 4].flatMap((i) => [
    failure(i, { user_id: 'guessed', ip_address: `198.51.100.${i}` }),
    failure(i, { api_key_id: 'app_key', user_id: `somebody_${i}`, ip_address: `203.0.113.${i}` }),
    ...(i < 4 ? [failure(i, { user_id: 'forgetful', ip_address: '192.0.2.9' })] : []),
  ])
  expect((await service.call('POST', '/v1/events', body)).json).toMatchObject({ accepted: 14 })
  // and at our own doors somebody uses a key that was revoked
  const ended = cli(dataDir, ['keys', 'create', '--role', 'analyst', '--json'])
  const { id, key } = JSON.parse(ended.out) as { id: string; key: string }
  expect(cli(dataDir, ['keys', 'revoke', id]).code).toBe(0)
  for (let i = 0; i < 5; i++) expect((await service.call('GET', '/v1/findings', undefined, { key })).status).toBe(401)
  expect((await service.call('GET', '/v1/findings', undefined, { key })).status).toBe(429)

  // nobody at the door waits for it to be told
  const failures = '/v1/search?event_type=auth.failure&service=undercurrent&k=10'
  const count = async () => (await service.call<{ items: object[] }>('GET', failures)).json.items.length
  await expect.poll(count).toBe(5)

  await service.job('baseline')
  await service.job('detect')
  const { json } = await service.call<{ items: Finding[] }>('GET', '/v1/findings?detector=brute-force')
  const told = json.items.map(({ entity_type, entity_id }) => `${entity_type} ${entity_id}`)
  const expected = ['user guessed', 'api_key app_key', 'ip 127.0.0.1', `api_key ${id}`]
  expect(told).toEqual(expect.arrayContaining(expected))
  expect(told.filter((one) => /forgetful|192\.0\.2\.9|somebody/.test(one))).toEqual([])
  for (const { evidence } of json.items) expect(evidence[0]?.event_ids).toHaveLength(5)
})

it('an erasure by HTTP and one by a command go on beside each other, and each is there for the other', async () => {
  const said = (user_id: string, i: number) => ({
    event_id: `${user_id}-${i}`,
    event_type: 'llm.completion',
    timestamp: at(60),
    user_id,
    prompt: `the aardvark of ${user_id}`,
  })
  const body = ['anna', 'bert', 'cleo'].flatMap((user) => Array.from({ length: 50 }, (_, i) => said(user, i)))
  await service.call('POST', '/v1/events', body)
  const erase = async (user_id: string, query = '') =>
    await service.call<{ outcome: string; counts: { events: number }; erased: { receipt_id: string } }>(
      ...(['POST', `/v1/erasures${query}`] as const),
      { user_id, reason: 'his request' },
    )
  expect((await erase('anna', '?dry_run=true')).json.counts.events).toBe(50)
  const [one] = await Promise.all([
    erase('anna'),
    Promise.resolve(cli(dataDir, ['erase', '--user', 'bert', '--yes', '--json'])),
    service.call('POST', '/v1/events', [said('cleo', 50)]),
  ])
  expect(one.json.outcome).toBe('erased')
  expect((await erase('bert')).json.outcome).toBe('before')
  const again = cli(dataDir, ['erase', '--user', 'anna', '--yes', '--json'])
  expect(JSON.parse(again.out)).toMatchObject({ outcome: 'before', erased: { receipt_id: one.json.erased.receipt_id } })
  const { json } = await service.call<{ items: { user_id: string }[] }>(
    'GET',
    '/v1/search?q=aardvark&mode=keyword&k=200',
  )
  expect([json.items.length, ...new Set(json.items.map(({ user_id }) => user_id))]).toEqual([51, 'cleo'])
  const { json: listed } = await service.call<{ items: object[] }>('GET', '/v1/erasures')
  expect(listed.items).toHaveLength(2)

  const { json: hold } = await service.call<{ hold_id: string }>('POST', '/v1/holds', {
    user_id: 'cleo',
    reason: 'a claim',
  })
  const refused = cli(dataDir, ['erase', '--user', 'cleo', '--yes'])
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining(hold.hold_id)])
  expect(cli(dataDir, ['hold', 'release', hold.hold_id]).code).toBe(0)
  expect((await erase('cleo')).json.outcome).toBe('erased')
})
