import { describe, expect, it } from 'vitest'
import { timestampAuthority } from '../../src/senders/timestamp.ts'
import { checkTimestamp } from '../../src/senders/timestamp-reply.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'
import { aTsa, type TsaFaults } from './a-tsa.ts'
import { httpServer } from './receivers.ts'

const NOW = Date.parse('2026-01-15T08:00:10Z') * 1000

async function notary(faults: TsaFaults = {}, { now = NOW, trusts = true } = {}) {
  const tsa = await aTsa(faults)
  const { url, received } = await httpServer(async ({ body }, response) => {
    response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
    response.end(await tsa.answer(body))
  })
  const authorities = trusts ? tsa.ca : (await aTsa()).ca
  const target = timestampAuthority({
    name: 'notary',
    url,
    authorities,
    allowPrivate: true,
    timeoutMs: 2000,
    random: (bytes) => new Uint8Array(bytes).fill(255),
    now: () => now,
  })
  return { target, tsa, received }
}

describe('a time-stamping authority', () => {
  it('stamps a checkpoint, and its answer can be checked again later', async () => {
    const { target, tsa, received } = await notary()
    const checkpoint = aCheckpoint(12)
    const stamp = await target.put(checkpoint, calm)
    expect(stamp).toMatchObject({ size: 12, target: 'notary', note: checkpoint.note, time: NOW - 10_000_000 })
    expect(received[0]!.headers['content-type']).toBe('application/timestamp-query')
    const ask = { note: Buffer.from(checkpoint.note), nonce: null, authorities: tsa.ca }
    expect(await checkTimestamp(stamp!.reply, ask)).toEqual({ time: stamp!.time })
    await expect(checkTimestamp(stamp!.reply, { ...ask, note: Buffer.from('x') })).rejects.toThrow('another checkpoint')
    for (let at = 0; at < stamp!.reply.length; at += 41) {
      const changed = Uint8Array.from(stamp!.reply, (byte, i) => (i === at ? byte ^ 0x15 : byte))
      const outcome = await checkTimestamp(changed, ask).then(
        ({ time }) => time,
        (error: unknown) => error,
      )
      // a byte of what is not signed may change (the version, the status text); the time may not
      if (outcome !== stamp!.time) expect(outcome).toBeInstanceOf(Error)
    }
  })

  it('may also grant with modifications', async () => {
    const { target } = await notary({ status: 1 })
    expect(await target.put(aCheckpoint(1), calm)).toMatchObject({ size: 1 })
  })

  it.each<[string, TsaFaults, string]>([
    ['refuses', { status: 2 }, 'it was not granted (status 2)'],
    ['answers another request', { nonce: Uint8Array.of(1, 2, 3) }, 'it answers another request (nonce)'],
    ['stamps something else', { imprint: new Uint8Array(32) }, 'it is on another checkpoint'],
    ['signs wrongly', { forged: true }, 'its signature is wrong'],
    ['is for something else', { purposes: ['1.3.6.1.5.5.7.3.1'] }, 'its certificate is not for time stamping alone'],
    ['is for more than that', { critical: false }, 'its certificate is not for time stamping alone'],
    ['does not say with what it signed', { unnamed: true }, 'its signature does not name the certificate'],
    ['has another time', { time: new Date('2026-01-15T09:00:00Z') }, 'are 3590 s apart: set the time'],
    ['signs after its certificate ended', { time: new Date('2041-01-01') }, 'not to be trusted'],
  ])('that %s is not believed', async (_, faults, told) => {
    const { target } = await notary(faults)
    await expect(target.put(aCheckpoint(1), calm)).rejects.toThrow(told)
  })

  it('that nobody known vouches for is not believed', async () => {
    const { target } = await notary({}, { trusts: false })
    await expect(target.put(aCheckpoint(1), calm)).rejects.toThrow('does not lead to tsa_ca_file')
  })

  it.each(['', 'not DER', '0'.repeat(50)])('that answers nonsense is said: %j', async (text) => {
    const { url } = await httpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/timestamp-reply' })
      response.end(text)
    })
    const random = (bytes: number) => new Uint8Array(bytes)
    const web = { allowPrivate: true, timeoutMs: 2000 }
    const target = timestampAuthority({ name: 'n', url, ...web, random, now: () => NOW })
    await expect(target.put(aCheckpoint(1), calm)).rejects.toThrow('it cannot be read as DER')
  })
})
