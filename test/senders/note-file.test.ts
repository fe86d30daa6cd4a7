import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noteSigner } from '../../src/ledger/note.ts'
import { noteFile } from '../../src/senders/note-file.ts'
import { writeOnceFolder } from '../../src/senders/write-once-folder.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uc-notes-'))
  path = join(folder, 'ledger.notes')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const file = () => noteFile({ name: 'witness', path })

describe('a file of notes', () => {
  it('has every checkpoint once, whatever is repeated', async () => {
    const notes = [1, 5, 9].map((size) => aCheckpoint(size))
    for (const one of [...notes, ...notes]) await file().put(one, calm)
    expect(readFileSync(path, 'utf8')).toBe(notes.map(({ note }) => note).join(''))
  })

  it('is mended where a run was cut off at any byte', async () => {
    const [first, second] = [aCheckpoint(1), aCheckpoint(5)]
    for (let cut = 0; cut < Buffer.byteLength(second.note); cut++) {
      writeFileSync(path, Buffer.concat([Buffer.from(first.note), Buffer.from(second.note).subarray(0, cut)]))
      await file().put(second, calm)
      expect(readFileSync(path, 'utf8')).toBe(first.note + second.note)
    }
    writeFileSync(path, Buffer.from(first.note).subarray(0, 30))
    await file().put(first, calm)
    expect(readFileSync(path, 'utf8')).toBe(first.note)
  })

  it('of another ledger, or of somebody else, is left as it was', async () => {
    const other = noteSigner('undercurrent/other', new Uint8Array(32).fill(9))
    for (const [text, told] of [
      [aCheckpoint(3, 'log', other).note, 'begins as the file of another ledger'],
      ['a letter\n', 'does not end with a signed note'],
      [`${aCheckpoint(3).note}and a remark\n`, 'does not end with a signed note'],
    ] as const) {
      writeFileSync(path, text)
      await expect(file().put(aCheckpoint(5), calm)).rejects.toThrow(told)
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })

  it('tells a ledger that was rolled back or forked', async () => {
    await file().put(aCheckpoint(9), calm)
    await expect(file().put(aCheckpoint(5), calm)).rejects.toThrow(
      'has a checkpoint of 9 entries and not this one of 5',
    )
    await expect(file().put(aCheckpoint(9, 'fork'), calm)).rejects.toThrow('was rolled back or forked')
  })

  it('in a folder that is not there is said', async () => {
    const away = noteFile({ name: 'witness', path: join(folder, 'mount', 'ledger.notes') })
    await expect(away.put(aCheckpoint(1), calm)).rejects.toThrow('is not there: is it mounted?')
  })

  it('has timestamps beside it, with the note that they are on', async () => {
    const { size, note } = aCheckpoint(7)
    const timestamp = { size, note, target: 'notary', time: 0, reply: Uint8Array.of(1, 2, 3) }
    await file().putTimestamp!(timestamp, calm)
    await file().putTimestamp!(timestamp, calm)
    expect(readdirSync(folder).sort()).toEqual([
      `ledger.notes.${'7'.padStart(16, '0')}.note`,
      `ledger.notes.${'7'.padStart(16, '0')}.tsr`,
    ])
    const fork = { ...timestamp, note: aCheckpoint(7, 'fork').note }
    await expect(file().putTimestamp!(fork, calm)).rejects.toThrow('the ledger was forked')
  })
})

describe('a write-once folder', () => {
  const target = () => writeOnceFolder({ name: 'vault', path: folder })

  it('has a segment once and for all, read-only', async () => {
    const bytes = Buffer.from('sealed')
    expect(await target().put('a.segment', bytes, calm)).toBe('stored')
    expect(statSync(join(folder, 'a.segment')).mode & 0o777).toBe(0o400)
    expect(await target().put('a.segment', bytes, calm)).toBe('stored')
    expect(await target().put('a.segment', Buffer.from('other'), calm)).toEqual(bytes)
    expect(readFileSync(join(folder, 'a.segment'), 'utf8')).toBe('sealed')
    expect(readdirSync(folder)).toEqual(['a.segment'])
  })

  it('does not mind what a cut-off run left', async () => {
    writeFileSync(join(folder, 'a.segment.part'), 'hal')
    chmodSync(join(folder, 'a.segment.part'), 0o400)
    expect(await target().put('a.segment', Buffer.from('sealed'), calm)).toBe('stored')
    expect(readdirSync(folder)).toEqual(['a.segment'])
  })

  it('that is full or not there keeps nothing half written', async () => {
    appendFileSync(path, '')
    const away = writeOnceFolder({ name: 'vault', path })
    await expect(away.put('a.segment', Buffer.from('x'), calm)).rejects.toThrow('is not below a folder')
    // a device that is always full
    const full = noteFile({ name: 'witness', path: '/dev/full' })
    await expect(full.put(aCheckpoint(1), calm)).rejects.toThrow('/dev/full')
  })
})
