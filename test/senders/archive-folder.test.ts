import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { archiveFolder } from '../../src/senders/archive-folder.ts'
import { calm } from './a-checkpoint.ts'

it('keeps files of the archive in a folder, read-only, never writes one again, and takes away what is to go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'uc-archive-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const archive = archiveFolder(folder)
  await archive.put('a', Buffer.from('of a'), calm)
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o400)
  await expect(archive.put('a', Buffer.from('other'), calm)).rejects.toThrow('is there already')
  expect(String(await archive.read('a', calm))).toBe('of a')
  await expect(archive.read('b', calm)).rejects.toMatchObject({ code: 'COPY_FAILED' })
  writeFileSync(join(folder, 'a.part'), 'half')
  expect(await archive.remove('a', calm)).toBe('removed')
  expect(await archive.remove('a', calm)).toBe('absent')
  expect(readdirSync(folder)).toEqual([])
  const none = archiveFolder(join(folder, 'none'))
  const told = `the archive folder ${join(folder, 'none')} is not there: mount it, or make it with`
  await expect(none.remove('a', calm)).rejects.toThrow(told)
  await expect(none.read('a', calm)).rejects.toThrow(told)
  await expect(none.put('a', Buffer.from('of a'), calm)).rejects.toThrow(told)
})
