import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { manifests } from '../../src/flow/archive-files.ts'
import { plainFiles } from '../plain-files.ts'
import { openRead } from './killed.ts'
import { aFolder, child, cli, discard, keyOf } from './served.ts'

/** Events of each kind and user in a round, and users. */
const EACH = 12
const USERS = 10

const KINDS = ['kept', 'deleted'] as const
type Kind = (typeof KINDS)[number]

/**
 * Old events move to files, some of them are deleted there, a user is erased, and what is left comes back: each by a command
 * that is killed at a moment of chance and run again. What should stay must be there once and searchable, what should go must
 * be in no file, the ledger must verify, and no file of the archive may be left that holds nothing.
 * @returns how many commands were killed before they ended
 */
export async function killedInArchive(rounds: number, random: () => number): Promise<number> {
  const dataDir = aFolder()
  const cold = join(dataDir, '..', 'cold')
  mkdirSync(cold, { recursive: true })
  const moving = retentionFile(dataDir, 'moving', cold, '')
  const ending = retentionFile(dataDir, 'ending', cold, ', delete_after: 60d')
  const run = (retention: string, ...args: string[]) => {
    const told = cli(dataDir, args, undefined, { UNDERCURRENT_RETENTION_FILE: retention })
    expect(told.code, `${args.join(' ')}: ${told.err}${told.out}`).toBe(0)
    return told.out
  }
  let killed = 0
  /** Runs a command twice: once it is killed, once it ends. Gives what it then says. */
  const torn = async (retention: string, ms: number, ...args: string[]) => {
    const dying = child(dataDir, args, { UNDERCURRENT_RETENTION_FILE: retention })
    await new Promise((resolve) => setTimeout(resolve, ms * (0.6 + 0.9 * random())))
    dying.process.kill('SIGKILL')
    if ((await dying.ended) === null) killed++
    return JSON.parse(run(retention, ...args))
  }
  const filesThere = () => readdirSync(cold)
  const known = async () => {
    const house = await openRead(dataDir)
    try {
      return await manifests(house.engine)
    } finally {
      await house.close()
    }
  }
  /** Events whose texts lie in files alone. */
  const inFiles = async () => {
    const house = await openRead(dataDir)
    try {
      return (await house.engine.cold({})).reduce((sum, { rows }) => sum + rows, 0)
    } finally {
      await house.close()
    }
  }

  try {
    /** What a store of before holds already. */
    let back = 0
    for (let round = 0; round < rounds; round++) {
      cli(dataDir, ['import', '-'], linesOf(round))
      for (const job of ['embed', 'baseline']) run(moving, 'job', 'run', job)
      const before = performance.now()
      const plan = JSON.parse(run(moving, 'archive', '--dry-run', '--json'))
      const ms = performance.now() - before
      expect(plan.dues).toMatchObject([{ rule: 'old', action: 'archive', events: 2 * EACH * USERS }])

      await torn(moving, ms, 'archive', '--json')
      expect(await inFiles()).toBe(2 * EACH * USERS)
      run(moving, 'archive', 'verify', '--json')

      // deleted where they lie: the others of their files come back first
      await torn(ending, ms, 'retain', '--json')
      run(moving, 'archive', 'verify', '--json')
      await torn(moving, ms, 'archive', '--json')
      expect(await inFiles()).toBe(EACH * USERS)

      const { erased } = await torn(moving, ms, 'erase', '--user', nameOf(round, 0), '--yes', '--json')
      // of what was deleted before nothing is left to be counted
      expect(erased.receipt.counts).toMatchObject({ archives: EACH, keys: 1 })
      expect(await inFiles()).toBe(EACH * (USERS - 1))

      await torn(moving, ms, 'archive', 'restore', '--keep', '900d', '--json')
      back += EACH * (USERS - 1)
      expect(await inFiles()).toBe(0)
      // what is back stays, and whatever file a kill left goes; one that was being written then, an hour later
      expect(JSON.parse(run(moving, 'archive', '--json')).files).toEqual([])
      for (const { manifest } of await known()) if (manifest.state !== 'begun') expect(manifest.state).toBe('removed')
      const begun = (await known()).filter(({ manifest }) => manifest.state === 'begun')
      expect(filesThere().filter((name) => !begun.some(({ manifest }) => name.startsWith(manifest.path)))).toEqual([])
      const told = JSON.parse(run(moving, 'verify', '--json'))
      expect(told.counts).toMatchObject({ archived: 0, erased: (round + 1) * EACH * (USERS + 1) })
    }
    const bytes = Buffer.concat(plainFiles(dataDir, keyOf(dataDir)).map((one) => one.bytes))
    for (let round = 0; round < rounds; round++)
      for (const kind of KINDS)
        for (let user = 0; user < USERS; user++) {
          const word = wordOf(kind, round, user)
          expect({ word, there: bytes.includes(word) }).toEqual({ word, there: kind === 'kept' && user > 0 })
        }
    expect(JSON.parse(run(moving, 'job', 'run', 'embed', '--json')).outcome).toBe('done')
    const found = JSON.parse(run(moving, 'search', wordOf('kept', 0, 1), '--mode', 'keyword', '--k', '50', '--json'))
    expect(found.items.length).toBe(EACH)
    expect(JSON.parse(run(moving, 'archive', '--dry-run', '--json')).dues).toMatchObject([{ events: 0 }])
    expect(back).toBe(rounds * EACH * (USERS - 1))
    return killed
  } finally {
    discard(dataDir)
  }
}

const nameOf = (round: number, user: number) => `user_${round}_${user}`
const wordOf = (kind: Kind, round: number, user: number) => `${kind}zanzibar${round}u${user}x`

function linesOf(round: number): string {
  return Array.from({ length: EACH * USERS * KINDS.length }, (_, i) => {
    const kind = KINDS[i % KINDS.length]!
    const user = Math.floor(i / KINDS.length) % USERS
    return JSON.stringify({
      event_id: `${kind}-${round}-${i}`,
      timestamp: new Date(Date.UTC(2025, 0, 5) + i * 1000).toISOString(),
      event_type: `story.${kind}`,
      user_id: nameOf(round, user),
      prompt: `${wordOf(kind, round, user)} number ${i}`,
      latency_ms: 500,
    })
  }).join('\n')
}

/** A retention file that archives what is old; `more` goes to the rule of what is to be deleted. */
function retentionFile(dataDir: string, name: string, cold: string, more: string): string {
  const path = join(dataDir, '..', `${name}.yaml`)
  const ends = more === '' ? '' : `  - { name: ends, event_types: [story.deleted], from: timestamp${more} }\n`
  writeFileSync(
    path,
    `archive: { folder: ${JSON.stringify(cold)} }
rules:
${ends}  - { name: old, from: timestamp, archive_after: 30d }
`,
  )
  return path
}
