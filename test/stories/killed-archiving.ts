import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { plainFiles } from '../plain-files.ts'
import { aFolder, child, cli, discard, keyOf } from './served.ts'

const EVENTS = 800
/** Commands that a round may be killed in before one is left in peace. */
const KILLS = 3

/**
 * Archiving by a command that is killed at moments of chance and run again. After each kill every text must be in the store
 * or in a file; at the end all are in files, once and as they were sealed, the ledger verifies, and the store holds no word.
 */
export async function killedInArchiving(rounds: number, random: () => number): Promise<void> {
  const dataDir = aFolder()
  const beside = (name: string) => join(dataDir, '..', name)
  const settings = { UNDERCURRENT_RETENTION_FILE: beside('retention.yaml') }
  mkdirSync(beside('cold'))
  writeFileSync(
    settings.UNDERCURRENT_RETENTION_FILE,
    'rules: [{ name: old, from: timestamp, archive_after: 30d }]\narchive: { folder: cold }\n',
  )
  const word = (round: number) => `zanzibar${round}x`
  const lines = (round: number) =>
    Array.from({ length: EVENTS }, (_, i) =>
      JSON.stringify({
        event_id: `e-${round}-${i}`,
        timestamp: new Date(Date.UTC(2025, 0, 5) + i * 1000).toISOString(),
        event_type: 'story.told',
        user_id: `user_${i % 50}`,
        prompt: `${word(round)} number ${i}`,
      }),
    ).join('\n')
  const ask = (...args: string[]) => {
    const told = cli(dataDir, [...args, '--json'], undefined, settings)
    expect(told.code, told.err).toBe(0)
    return JSON.parse(told.out)
  }
  const due = () => (ask('archive', '--dry-run').dues as { events: number }[])[0]!.events
  const cold = () =>
    (ask('archive', 'list').items as { rows_there: number }[]).reduce((sum, { rows_there }) => sum + rows_there, 0)
  try {
    let killed = 0
    for (let round = 0; round < rounds; round++) {
      expect(cli(dataDir, ['import', '-'], lines(round), settings).code).toBe(0)
      for (const job of ['embed', 'baseline']) ask('job', 'run', job)
      const all = (round + 1) * EVENTS
      const before = performance.now()
      expect(due()).toBe(EVENTS)
      const ms = performance.now() - before
      for (let kill = 0; kill < KILLS; kill++) {
        const run = child(dataDir, ['archive', '--json'], settings)
        await new Promise((resolve) => setTimeout(resolve, ms * (0.7 + 1.2 * random())))
        run.process.kill('SIGKILL')
        if ((await run.ended) === null) killed++
        expect(due() + cold()).toBe(all)
      }
      ask('archive')
      expect([due(), cold()]).toEqual([0, all])
    }
    expect(killed).toBeGreaterThan(0)
    const { items } = ask('archive', 'verify')
    expect(items.reduce((sum: number, { whole }: { whole: number }) => sum + whole, 0)).toBe(rounds * EVENTS)
    ask('verify')
    const files = readdirSync(beside('cold')).map((name) => readFileSync(join(beside('cold'), name)))
    const bytes = Buffer.concat([...plainFiles(dataDir, keyOf(dataDir)).map((one) => one.bytes), ...files])
    for (let round = 0; round < rounds; round++) expect(bytes.includes(word(round))).toBe(false)
  } finally {
    discard(dataDir)
  }
}
