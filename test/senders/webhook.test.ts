import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signed, webhook } from '../../src/senders/webhook.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'
import { httpServer } from './receivers.ts'

const key = Buffer.alloc(32, 5)
const secret = `whsec_${key.toString('base64')}`
const at = (url: string, more: object = {}) =>
  webhook({
    name: 'hook',
    url,
    secret: () => secret,
    now: () => 1_800_000_000_500_000,
    allowPrivate: true,
    timeoutMs: 500,
    ...more,
  })

describe('a webhook', () => {
  it('is sent a checkpoint that the receiver can verify, under the same id each time', async () => {
    const { url, received } = await httpServer((_, response) => void response.writeHead(204).end())
    const checkpoint = aCheckpoint(12)
    await at(`${url}/hook`).put(checkpoint, calm)
    await at(`${url}/hook`).put(checkpoint, calm)
    expect(received).toHaveLength(2)
    for (const { method, path, headers, body } of received) {
      expect([method, path]).toEqual(['POST', '/hook'])
      const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(text).digest('base64')}`)
      expect(headers['webhook-id']).toBe('checkpoint_12')
      expect(headers['webhook-timestamp']).toBe('1800000000')
      expect(JSON.parse(String(body))).toEqual({
        type: 'checkpoint.created',
        timestamp: checkpoint.at,
        data: { size: 12, root: checkpoint.root, note: checkpoint.note },
      })
    }
  })

  it('signs as others do', () => {
    const headers = signed(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
    )
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it.each([
    [302, 'a redirect is not followed'],
    [401, 'it does not accept the signature'],
    [410, 'it wants no more'],
    [500, 'answers 500'],
  ])('that answers %i has not got it', async (status, told) => {
    const { url, received } = await httpServer(
      (_, response) => void response.writeHead(status, { location: '/other' }).end(),
    )
    await expect(at(url).put(aCheckpoint(1), calm)).rejects.toThrow(told)
    expect(received).toHaveLength(1)
  })

  it('at a private address is not spoken to, by number or by name', async () => {
    const { url, received } = await httpServer((_, response) => void response.end())
    const { port } = new URL(url)
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]'])
      await expect(at(`http://${host}:${port}/`, { allowPrivate: false }).put(aCheckpoint(1), calm)).rejects.toThrow(
        'a private address: allow_private lets it be spoken to',
      )
    expect(received).toEqual([])
  })

  it('that does not answer, or is not there, is said by its host alone', async () => {
    const { url } = await httpServer(() => {})
    const silent = at(`${url}/with-a-secret`, { timeoutMs: 50 }).put(aCheckpoint(1), calm)
    await expect(silent).rejects.toThrow(`${new URL(url).host} did not answer in time`)
    await expect(at('http://127.0.0.1:1/').put(aCheckpoint(1), calm)).rejects.toThrow('refuses the connection')
  })

  it('that answers without end is cut off', async () => {
    const { url } = await httpServer((_, response) => void response.end(Buffer.alloc(200_000)))
    await expect(at(url).put(aCheckpoint(1), calm)).rejects.toThrow('answers more than 65536 bytes')
  })

  it('with a secret that is none sends nothing, and does not tell it', async () => {
    const { url, received } = await httpServer((_, response) => void response.end())
    const sent = at(url, { secret: () => 'c2hvcnQ=' }).put(aCheckpoint(1), calm)
    await expect(sent).rejects.toThrow('must be whsec_ and 24 to 64 bytes in base64')
    expect(received).toEqual([])
  })
})
