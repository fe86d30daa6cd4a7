import { describe, expect, it } from 'vitest'
import { type S3Options, s3 } from '../../src/senders/s3.ts'
import { s3Archive, s3Checkpoints, s3Segments, s3Source } from '../../src/senders/s3-targets.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'
import { httpServer, objectStore } from './receivers.ts'

const NOW = Date.parse('2026-01-15T08:00:00.250Z') * 1000
const at = (endpoint: string, more: Partial<S3Options> = {}) =>
  s3({
    bucket: 'bucket',
    region: 'eu-central-1',
    endpoint,
    prefix: 'log/',
    lock: 'COMPLIANCE',
    retainDays: 30,
    credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret' }),
    now: () => NOW,
    allowPrivate: true,
    timeoutMs: 2000,
    ...more,
  })

describe('a bucket with Object Lock', () => {
  it('has a checkpoint under a lock that cannot be shortened or lifted', async () => {
    const store = await objectStore()
    const checkpoint = aCheckpoint(12)
    const target = s3Checkpoints('vault', at(store.url))
    await target.put(checkpoint, calm)
    await target.put(checkpoint, calm)
    const key = `log/checkpoints/${'12'.padStart(16, '0')}.note`
    expect([...store.objects.keys()]).toEqual([key])
    const { body, mode, until } = store.objects.get(key)!
    expect(String(body)).toBe(checkpoint.note)
    expect([mode, until]).toEqual(['COMPLIANCE', '2026-02-14T08:00:00Z'])
    const url = `${store.url}/bucket/${key}`
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x' }
    const shorter = '<Retention><RetainUntilDate>2026-01-20T00:00:00Z</RetainUntilDate></Retention>'
    expect((await fetch(`${url}?retention`, { method: 'PUT', body: shorter, headers })).status).toBe(403)
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(403)
    await expect(target.put(aCheckpoint(12, 'fork'), calm)).rejects.toThrow('the ledger was forked')
    await target.putTimestamp!({ size: 12, target: 'notary', note: '', time: 0, reply: Uint8Array.of(5) }, calm)
    expect([...store.objects.keys()]).toHaveLength(2)
  })

  it('has segments, never written again, and gives them back', async () => {
    const store = await objectStore()
    const target = s3Segments('vault', at(store.url))
    const names = ['a', 'b', 'c', 'd & e']
    for (const name of names) expect(await target.put(name, Buffer.from(`of ${name}`), calm)).toBe('stored')
    expect(await target.put('a', Buffer.from('of a'), calm)).toBe('stored')
    expect(String(await target.put('a', Buffer.from('other'), calm))).toBe('of a')
    const source = s3Source(at(store.url), calm)
    expect(await source.list()).toEqual(names)
    expect(String(await source.read('d & e'))).toBe('of d & e')
  })

  it('has files of the archive, deletes one for good once its lock is over, and none before', async () => {
    let nowMs = NOW / 1000
    const store = await objectStore({ nowMs: () => nowMs })
    const archive = s3Archive(at(store.url, { now: () => nowMs * 1000 }))
    await archive.put('a', Buffer.from('of a'), calm)
    await expect(archive.put('a', Buffer.from('other'), calm)).rejects.toThrow('is there already')
    expect(String(await archive.read('a', calm))).toBe('of a')
    await expect(archive.read('b', calm)).rejects.toThrow('there is no such object')
    expect(await archive.remove('a', calm)).toBe('locked')
    expect(store.received.every(({ method }) => method !== 'DELETE')).toBe(true)
    nowMs += 31 * 86_400_000
    expect(await archive.remove('a', calm)).toBe('removed')
    expect(store.objects.size).toBe(0)
    expect(await archive.remove('a', calm)).toBe('absent')
  })

  it('need not lock files of the archive', async () => {
    const store = await objectStore({ lock: false })
    const archive = s3Archive(at(store.url, { lock: null }))
    await archive.put('a', Buffer.from('of a'), calm)
    expect(await archive.remove('a', calm)).toBe('removed')
    expect(store.objects.size).toBe(0)
  })

  it.each<[string, Parameters<typeof objectStore>[0], string]>([
    ['no lock', { lock: false }, 'was the bucket made with Object Lock?'],
    ['a lock that it forgets', { forgets: true }, 'stored an object without the lock'],
    ['another key', { keyId: 'OTHER' }, 'it does not know the access key id'],
  ])('that has %s does not count', async (_, options, told) => {
    const store = await objectStore(options)
    await expect(s3Checkpoints('vault', at(store.url)).put(aCheckpoint(1), calm)).rejects.toThrow(told)
  })

  it.each([
    ['RequestTimeTooSkewed', 'its clock and that of this machine are too far apart: set the time'],
    ['SignatureDoesNotMatch', 'the secret access key is wrong'],
    ['NoSuchBucket', 'there is no such bucket'],
  ])('that answers %s is said in words', async (code, told) => {
    const { url } = await httpServer((_, response) => {
      response.writeHead(403)
      response.end(`<Error><Code>${code}</Code><Message>a secret</Message></Error>`)
    })
    const sent = s3Checkpoints('vault', at(url)).put(aCheckpoint(1), calm)
    await expect(sent).rejects.toThrow(told)
    await expect(sent).rejects.not.toThrow('a secret')
  })
})
