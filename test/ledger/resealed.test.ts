import { describe, expect, it } from 'vitest'
import { resealedName, resealedRange, segmentName, segmentRange } from '../../src/core/copy.ts'
import type { KeptEntry } from '../../src/core/ports.ts'
import { openResealed, type Resealed, sealResealed } from '../../src/ledger/resealed.ts'
import { openSegment, sealSegment } from '../../src/ledger/segment.ts'

const key = new Uint8Array(32).fill(3)
const nonce = new Uint8Array(12).fill(4)

const entry = (seq: number): KeptEntry => ({
  seq,
  kind: 'event',
  event_id: `e${seq}\n"é`,
  commitment: new Uint8Array(32).fill(seq),
  reason: null,
  ts: 1_767_600_000_000_000 + seq,
  received: 1_767_600_000_000_001 + seq,
  subject: Uint8Array.of(1, seq),
  body: Uint8Array.of(0, 255, seq),
})
const origin = 'undercurrent/test'
const resealed: Resealed = { origin, from: 5, to: 12, receipt: 30, entries: [5, 6, 9, 11].map(entry) }

describe('a resealed segment', () => {
  it('opens to what was sealed', async () => {
    expect(await openResealed(await sealResealed(resealed, key, nonce), key, resealed)).toEqual(resealed)
  })

  it('says which entries it has by a head in the clear, and nothing else', async () => {
    const text = (await sealResealed(resealed, key, nonce)).toString('latin1')
    expect(text.slice(0, text.indexOf('\n'))).toBe(
      'undercurrent-resealed/1 undercurrent/test 0000000000000005 0000000000000012 0000000000000030',
    )
    expect(text).not.toContain('event')
  })

  it('with any byte changed, or cut at any place, is damaged', async () => {
    const bytes = await sealResealed(resealed, key, nonce)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      await expect(openResealed(changed, key, resealed)).rejects.toMatchObject({ name: 'SegmentError' })
      await expect(openResealed(bytes.subarray(0, at), key, resealed)).rejects.toMatchObject({ name: 'SegmentError' })
    }
  })

  it('under another name or of another ledger is named so', async () => {
    const bytes = await sealResealed(resealed, key, nonce)
    for (const other of [{ from: 4 }, { to: 13 }, { receipt: 31 }])
      await expect(openResealed(bytes, key, { ...resealed, ...other })).rejects.toMatchObject({
        fault: 'damaged',
        message: 'it is not the segment that its name says',
      })
    const foreign = openResealed(bytes, key, { ...resealed, origin: 'undercurrent/other' })
    await expect(foreign).rejects.toMatchObject({ fault: 'foreign' })
  })

  it('that does not hold the entries of its name, in order, is damaged, whoever sealed it', async () => {
    for (const entries of [[], [5, 6], [6, 11], [5, 9, 6, 11], [5, 5, 11]]) {
      const bytes = await sealResealed({ ...resealed, entries: entries.map(entry) }, key, nonce)
      const opened = openResealed(bytes, key, resealed)
      await expect(opened).rejects.toThrow('does not hold the entries that its name says')
    }
  })

  it('is no segment, and no segment is one', async () => {
    const segment = { origin, from: 5, to: 7, checkpoint: 'a note', entries: [entry(5), entry(6)] }
    const bytes = await sealSegment(segment, key, nonce)
    await expect(openResealed(bytes, key, { ...segment, receipt: 9 })).rejects.toMatchObject({ fault: 'damaged' })
    const other = await sealResealed({ ...segment, receipt: 9 }, key, nonce)
    await expect(openSegment(other, key, segment)).rejects.toMatchObject({ fault: 'damaged' })
  })
})

it('names of resealed segments are read back, and are no names of segments', () => {
  const name = resealedName({ from: 5, to: 12, receipt: 30 })
  expect(name).toBe('0000000000000005-0000000000000012.0000000000000030.resealed')
  expect(resealedRange(name)).toEqual({ from: 5, to: 12, receipt: 30 })
  expect(segmentRange(name)).toBeNull()
  expect(resealedRange(segmentName(5, 12))).toBeNull()
  for (const [from, to, receipt] of [
    [5, 5, 9],
    [7, 5, 9],
    [5, 12, 11],
    [5, 12, 2 ** 53],
  ] as const)
    expect(resealedRange(resealedName({ from, to, receipt }))).toBeNull()
  expect(resealedRange(`x${name}`)).toBeNull()
})
