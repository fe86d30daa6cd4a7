import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { plainFiles } from '../plain-files.ts'
import { aFolder, child, cli, discard, keyOf } from './served.ts'

/** Events of each kind in a round. */
const EACH = 400
/** Commands that a round may be killed in before one is left in peace. */
const KILLS = 2

/**
 * Retention by a command that is killed at moments of chance and run again. What a rule deletes must then be gone, what one
 * makes anonymous must be that, all else must be as it was; the ledger must verify, and no file may hold a word of what went.
 */
export async function killedInRetention(rounds: number, random: () => number): Promise<void> {
  const dataDir = aFolder()
  const file = join(dataDir, '..', 'retention.yaml')
  const kinds = ['deleted', 'faded', 'kept'] as const
  const word = (kind: string, round: number) => `${kind}zanzibar${round}x`
  const lines = (round: number) =>
    Array.from({ length: EACH * kinds.length }, (_, i) => {
      const kind = kinds[i % kinds.length]!
      return JSON.stringify({
        event_id: `${kind}-${round}-${i}`,
        timestamp: new Date(Date.UTC(2025, 0, 5) + i * 1000).toISOString(),
        event_type: `story.${kind}`,
        user_id: `user_${i % 50}`,
        prompt: `${word(kind, round)} number ${i}`,
        latency_ms: 500,
      })
    }).join('\n')
  writeFileSync(
    file,
    `rules:
  - { name: gone, event_types: [story.deleted], from: timestamp, delete_after: 30d }
  - { name: fade, event_types: [story.faded], from: timestamp, anonymise_after: 30d }
`,
  )
  const settings = { UNDERCURRENT_RETENTION_FILE: file }
  const due = () => {
    const plan = cli(dataDir, ['retain', '--dry-run', '--json'], undefined, settings)
    expect(plan.code, plan.err).toBe(0)
    return (JSON.parse(plan.out).dues as { events: number }[]).map(({ events }) => events)
  }
  try {
    let killed = 0
    for (let round = 0; round < rounds; round++) {
      expect(cli(dataDir, ['import', '-'], lines(round), settings).code).toBe(0)
      const before = performance.now()
      expect(due()).toEqual([EACH, EACH])
      const ms = performance.now() - before
      for (let kill = 0; kill < KILLS; kill++) {
        const run = child(dataDir, ['retain', '--json'], settings)
        await new Promise((resolve) => setTimeout(resolve, ms * (0.5 + 0.7 * random())))
        run.process.kill('SIGKILL')
        if ((await run.ended) === null) killed++
      }
      const again = cli(dataDir, ['retain', '--json'], undefined, settings)
      expect(again.code, again.err).toBe(0)
      expect(due()).toEqual([0, 0])
    }
    expect(killed).toBeGreaterThan(0)
    const verified = cli(dataDir, ['verify', '--json'], undefined, settings)
    expect(verified.code, verified.out).toBe(0)
    const { counts } = JSON.parse(verified.out)
    expect(counts).toMatchObject({ erased: rounds * EACH, amended: rounds * EACH })
    const bytes = Buffer.concat(plainFiles(dataDir, keyOf(dataDir)).map((one) => one.bytes))
    for (let round = 0; round < rounds; round++)
      for (const kind of kinds)
        expect({ kind, there: bytes.includes(word(kind, round)) }).toEqual({ kind, there: kind === 'kept' })
  } finally {
    discard(dataDir)
  }
}
