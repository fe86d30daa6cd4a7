import { expect, it } from 'vitest'
import { resealedName, segmentName } from '../../src/core/copy.ts'
import type { KeptEntry } from '../../src/core/ports.ts'
import { readSegments } from '../../src/flow/copy-read.ts'
import { sealResealed } from '../../src/ledger/resealed.ts'
import { sealSegment } from '../../src/ledger/segment.ts'
import { aCheckpoint, signer } from '../senders/a-checkpoint.ts'

const key = new Uint8Array(32).fill(3)

const entry = (seq: number): KeptEntry => ({
  seq,
  kind: 'event',
  event_id: `e${seq}`,
  commitment: new Uint8Array(32).fill(seq),
  reason: null,
  ts: seq,
  received: seq,
  subject: null,
  body: null,
})

async function sealed(from: number, to: number, size = to) {
  const entries = Array.from({ length: to - from }, (_, i) => entry(from + i))
  const segment = { origin: signer.name, from, to, checkpoint: aCheckpoint(size).note, entries }
  return [segmentName(from, to), await sealSegment(segment, key, new Uint8Array(12).fill(to))] as const
}

async function again(receipt: number, ...seqs: number[]) {
  const resealed = { origin: signer.name, from: seqs[0]!, to: seqs.at(-1)! + 1, receipt, entries: seqs.map(entry) }
  return [resealedName(resealed), await sealResealed(resealed, key, new Uint8Array(12).fill(receipt))] as const
}

async function read(...files: (readonly [string, Uint8Array])[]) {
  const there = new Map(files)
  const source = { list: async () => [...there.keys()], read: async (name: string) => there.get(name)! }
  const told: string[] = []
  for await (const { segment, resealed, fault } of readSegments(source, { key, origin: signer.name })) {
    if (resealed !== undefined) told.push(`resealed ${rangeOf(resealed)} at ${resealed.receipt}`)
    if (segment !== undefined) expect(segment.entries.map(({ seq }) => seq)).toEqual(entriesOf(segment))
    if (segment !== undefined) told.push(rangeOf(segment))
    if (fault !== undefined) told.push(`${fault.what} ${rangeOf(fault.range)}`)
  }
  return told
}
const entriesOf = ({ from, to }: { from: number; to: number }) => Array.from({ length: to - from }, (_, i) => from + i)
const rangeOf = (range: { from: number; to: number } | null) => (range === null ? '-' : `${range.from}-${range.to}`)

it('a whole copy gives every entry once, in order', async () => {
  expect(await read(await sealed(5, 8), await sealed(0, 5))).toEqual(['0-5', '5-8'])
  expect(await read()).toEqual([])
})

it('segments that overlap give each entry once', async () => {
  expect(await read(await sealed(0, 5), await sealed(0, 3), await sealed(4, 9))).toEqual(['0-5', '5-9'])
})

it('what is missing at the start, between and at the end is named', async () => {
  expect(await read(await sealed(2, 4), await sealed(6, 8, 12))).toEqual([
    'missing 0-2',
    '2-4',
    'missing 4-6',
    '6-8',
    'missing 8-12',
  ])
})

it('a damaged segment is named, once, and what another has of it is given', async () => {
  const [name, bytes] = await sealed(3, 6)
  const cut = [name, bytes.subarray(0, -1)] as const
  expect(await read(await sealed(0, 3), cut, await sealed(6, 8))).toEqual(['0-3', 'damaged 3-6', '6-8'])
  expect(await read(await sealed(0, 3), cut, await sealed(3, 5), await sealed(5, 8))).toEqual([
    '0-3',
    'damaged 3-6',
    '3-5',
    '5-8',
  ])
})

it('foreign files, renamed segments and checkpoints that do not cover are named', async () => {
  const [, bytes] = await sealed(0, 3)
  const strange: (readonly [string, Uint8Array])[] = [
    ['notes.txt', bytes],
    [segmentName(3, 6), bytes],
  ]
  expect(await read(await sealed(0, 3), ...strange)).toEqual(['foreign -', '0-3', 'damaged 3-6'])
  expect(await read(await sealed(0, 4, 3))).toEqual(['damaged 0-4'])
})

it('what was resealed comes last, in the order of the erasures', async () => {
  const files = [await again(9, 0, 2), await again(7, 1, 4), await again(7, 0)]
  expect(await read(await sealed(0, 5), ...files, await sealed(5, 10))).toEqual([
    '0-5',
    '5-10',
    'resealed 0-1 at 7',
    'resealed 1-5 at 7',
    'resealed 0-3 at 9',
  ])
  expect(await read(await again(7, 1))).toEqual(['resealed 1-2 at 7'])
})

it('a resealed segment that is damaged is named, and makes no entry missing', async () => {
  const [name, bytes] = await again(7, 1, 4)
  const cut = [name, bytes.subarray(0, -1)] as const
  expect(await read(await sealed(0, 8), cut, await again(9, 2))).toEqual(['0-8', 'damaged 1-5', 'resealed 2-3 at 9'])
})
