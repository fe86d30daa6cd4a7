import { describe, expect, it } from 'vitest'
import type { KeptEntry } from '../../src/core/ports.ts'
import { openSegment, type Segment, sealSegment } from '../../src/ledger/segment.ts'

const key = new Uint8Array(32).fill(3)
const nonce = new Uint8Array(12).fill(4)

const entry = (seq: number): KeptEntry => ({
  seq,
  kind: seq % 3 === 0 ? 'audit' : 'event',
  event_id: `e${seq}\n"é`,
  commitment: new Uint8Array(32).fill(seq),
  reason: null,
  ts: 1_767_600_000_000_000 + seq,
  received: 1_767_600_000_000_001 + seq,
  subject: seq % 3 === 0 ? null : Uint8Array.of(1, seq),
  body: seq % 4 === 0 ? null : Uint8Array.of(0, 255, seq),
})
const segment: Segment = {
  origin: 'undercurrent/test',
  from: 5,
  to: 12,
  checkpoint: 'a note\n\n— signed\n',
  entries: Array.from({ length: 7 }, (_, i) => entry(5 + i)),
}

describe('a sealed segment', () => {
  it('opens to what was sealed', async () => {
    expect(await openSegment(await sealSegment(segment, key, nonce), key, segment)).toEqual(segment)
  })

  it('shows nothing of its entries', async () => {
    const text = (await sealSegment(segment, key, nonce)).toString('latin1')
    expect(text.slice(0, text.indexOf('\n'))).toBe(
      'undercurrent-segment/1 undercurrent/test 0000000000000005 0000000000000012',
    )
    expect(text).not.toContain('event')
  })

  it('with any byte changed, or cut at any place, is damaged', async () => {
    const bytes = await sealSegment(segment, key, nonce)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      await expect(openSegment(changed, key, segment)).rejects.toMatchObject({ name: 'SegmentError' })
      await expect(openSegment(bytes.subarray(0, at), key, segment)).rejects.toMatchObject({ name: 'SegmentError' })
    }
  })

  it('under another name, of another ledger or key is named so', async () => {
    const bytes = await sealSegment(segment, key, nonce)
    const renamed = openSegment(bytes, key, { ...segment, from: 4, to: 11 })
    await expect(renamed).rejects.toMatchObject({
      fault: 'damaged',
      message: 'it is not the segment that its name says',
    })
    const other = openSegment(bytes, key, { ...segment, origin: 'undercurrent/other' })
    await expect(other).rejects.toMatchObject({ fault: 'foreign' })
    await expect(openSegment(bytes, nonceKey, segment)).rejects.toMatchObject({ fault: 'damaged' })
  })

  it('that does not hold the entries of its name is damaged, whoever sealed it', async () => {
    for (const entries of [segment.entries.slice(1), [...segment.entries].reverse()]) {
      const bytes = await sealSegment({ ...segment, entries }, key, nonce)
      await expect(openSegment(bytes, key, segment)).rejects.toThrow('does not hold the entries that its name says')
    }
  })
})

const nonceKey = new Uint8Array(32).fill(9)
