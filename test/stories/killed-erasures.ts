import { expect } from 'vitest'
import { plainFiles } from '../plain-files.ts'
import { aFolder, child, cli, discard, keyOf } from './served.ts'

/** Events of each subject. */
const EACH = 40

/**
 * Erases one user after another by a command that is killed at a moment of chance and run again. Each must then be gone,
 * with one receipt that counts all of him, and nobody else; the ledger must verify, and no file may hold a word of them.
 */
export async function killedInErasures(rounds: number, random: () => number): Promise<void> {
  const dataDir = aFolder()
  const word = (user: number) => `zanzibar${user}x`
  const lines = Array.from({ length: (rounds + 1) * EACH }, (_, i) =>
    JSON.stringify({
      event_id: `k${i}`,
      timestamp: new Date(Date.UTC(2026, 0, 5) + i * 1000).toISOString(),
      event_type: 'llm.completion',
      user_id: `user_${i % (rounds + 1)}`,
      prompt: `${word(i % (rounds + 1))} number ${i}`,
      latency_ms: 500,
    }),
  ).join('\n')
  try {
    expect(cli(dataDir, ['import', '-'], lines).code).toBe(0)
    expect(cli(dataDir, ['job', 'run', 'baseline']).code).toBe(0)
    const before = performance.now()
    expect(cli(dataDir, ['erase', '--user', 'user_0', '--dry-run']).code).toBe(0)
    const ms = performance.now() - before
    let killed = 0
    for (let round = 0; round < rounds; round++) {
      const command = ['erase', '--user', `user_${round}`, '--yes', '--json']
      const run = child(dataDir, command)
      await new Promise((resolve) => setTimeout(resolve, ms * (0.4 + 0.9 * random())))
      run.process.kill('SIGKILL')
      if ((await run.ended) === null) killed++
      const again = cli(dataDir, command)
      expect(again.code, again.err).toBe(0)
      const { outcome, erased } = JSON.parse(again.out)
      expect(['erased', 'before']).toContain(outcome)
      expect(erased.receipt.counts).toMatchObject({ events: EACH, keys: 1 })
    }
    expect(killed).toBeGreaterThan(0)
    const verified = cli(dataDir, ['verify', '--json'])
    expect(verified.code, verified.out).toBe(0)
    expect(JSON.parse(verified.out).counts).toMatchObject({ erased: rounds * EACH })
    const bytes = Buffer.concat(plainFiles(dataDir, keyOf(dataDir)).map((file) => file.bytes))
    for (let user = 0; user < rounds; user++) expect(bytes.includes(word(user))).toBe(false)
    expect(bytes.includes(word(rounds))).toBe(true)
  } finally {
    discard(dataDir)
  }
}
