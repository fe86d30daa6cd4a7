import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { handClock } from '../contracts/engine/contract.ts'
import { aHouse } from './a-house.ts'

it('a house puts what came in out of reach, and tells what a place said that did not take it', async () => {
  const away = mkdtempSync(join(tmpdir(), 'uc-away-'))
  onTestFinished(() => rmSync(away, { recursive: true, force: true }))
  mkdirSync(join(away, 'vault'))
  const copies_file = join(away, 'copies.yaml')
  writeFileSync(
    copies_file,
    `checkpoints:
  - { name: witness, kind: file, path: ledger.notes }
  - { name: far, kind: file, path: mount/ledger.notes }
segments:
  - { name: vault, kind: folder, path: vault }
`,
  )
  const clock = handClock()
  const house = await aHouse({ copies_file }, clock)
  const writing = house.writing()
  const event = {
    event_id: 'a',
    event_type: 'llm.completion',
    user_id: 'u1',
    prompt: 'a sentence that nobody else says',
  }
  const body = Buffer.from(JSON.stringify({ ...event, timestamp: '2026-02-01T00:00:00Z' }))
  await writing.ingest(body, 'json', { tenant_id: null })
  clock.pass(30_000)

  const run = await writing.runJob('copy')
  expect(run).toMatchObject({ outcome: 'done' })
  const [segment = ''] = readdirSync(join(away, 'vault'))
  expect(segment).toMatch(/^0{16}-\d{16}\.segment$/)
  expect(readFileSync(join(away, 'vault', segment), 'latin1')).not.toContain('sentence')
  // the checkpoint was made for the segment; targets of checkpoints have it in the next run at the latest
  const next = await writing.runJob('copy')
  expect(next).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/^far: .*is not there: is it mounted\?$/),
  })
  expect(readFileSync(join(away, 'ledger.notes'), 'utf8')).toMatch(/^undercurrent\/[0-9a-f]{16}\n\d+\n/)
})
