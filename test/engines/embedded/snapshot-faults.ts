import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createCodeRoom, recordsOf } from '../../../src/engines/embedded/codes.ts'
import { addRow, compacted, openSegment, type Segment } from '../../../src/engines/embedded/segments.ts'
import { readSnapshot, snapshotName, writeSnapshot } from '../../../src/engines/embedded/snapshot.ts'
import { built } from '../../built.ts'
import { storeKey } from '../../store-key.ts'

const SPACE = 'model@1/f32'
const DIMS = 48
const ROWS = 1000
const EXPECTED = { space: SPACE, dims: DIMS, first: 1, last: ROWS }

/** What the child does: two segments of the same name, saved in turn, until it is killed or has saved as often as it was told. */
const CHILD = `
const [codes, segments, snapshot, dir, key, times, first] = process.argv.slice(1)
const { createCodeRoom } = await import(codes)
const { addRow, compacted, openSegment } = await import(segments)
const { writeSnapshot } = await import(snapshot)
const versions = [0, 1].map((version) => (${versionOf.toString()})({ createCodeRoom, addRow, compacted, openSegment }, ${DIMS}, ${ROWS}, version))
for (let i = 0; i < Number(times); i++) {
  const { segment, graph } = versions[(Number(first) + i) % 2]
  await writeSnapshot(dir, Buffer.from(key, 'hex'), '${SPACE}', segment, graph).then(() => process.stdout.write('x'), () => process.stdout.write('E'))
}`

/** One of two segments that differ in every number, with a graph; plain, since a process without our compiler makes them too. */
function versionOf(
  parts: {
    createCodeRoom: typeof createCodeRoom
    addRow: typeof addRow
    compacted: typeof compacted
    openSegment: typeof openSegment
  },
  dims: number,
  rows: number,
  version: number,
) {
  const segment = parts.openSegment(parts.createCodeRoom(dims), 1, rows)
  for (let i = 0; i < rows; i++) {
    const vector = Float32Array.from({ length: dims }, (_, d) => Math.sin((i + 1) * (d + 2) * (version + 1)))
    const row = { vid: i + 1, seq: 2 * i + version, ts: i * 1000 + version, part: (i + version) % 2, embedding: i + 1 }
    parts.addRow(segment, { ...row, tenant: version, user: 1 + ((i + version) % 9) }, () => vector)
  }
  segment.cursor = rows
  const links = Uint8Array.from({ length: 20_000 }, (_, i) => (i * (version + 3)) % 251)
  return { segment: parts.compacted(segment), graph: { ef: 64 + version, recall: 0.99, links } }
}

export interface FaultRounds {
  /** Saves that are killed, and that find no room. */
  kills: number
  full: number
  /** Places at which 4 KB are damaged, at which the file ends, and at which a bit turns. */
  damage: number
  cuts: number
  bits: number
}

/** How many faults were put in, and how each ended; `wrong` must be 0. */
export interface Faults {
  injected: number
  old: number
  new: number
  detected: number
  wrong: string[]
}

const canLimit = spawnSync('prlimit', ['--version']).status === 0

/**
 * Puts faults into the saving and the file of a segment: afterwards it is the old state or the new, whole, or it is refused.
 * A graph alone may be given up: it is built again.
 */
export async function snapshotFaults(rounds: FaultRounds, random: () => number): Promise<Faults> {
  const dir = mkdtempSync(join(tmpdir(), 'faults-'))
  const versions = [0, 1].map((version) =>
    versionOf({ createCodeRoom, addRow, compacted, openSegment }, DIMS, ROWS, version),
  )
  const parts = await built(...['codes', 'segments', 'snapshot'].map((name) => `src/engines/embedded/${name}.ts`))
  const path = join(dir, snapshotName(SPACE, versions[0]!.segment))
  const faults: Faults = { injected: 0, old: 0, new: 0, detected: 0, wrong: [] }

  /** Which of the two lies there, null where it is refused; anything else is wrong. */
  function found(): number | null | 'wrong' {
    let read: ReturnType<typeof readSnapshot>
    try {
      read = readSnapshot(path, storeKey, EXPECTED, createCodeRoom(DIMS))
    } catch {
      return null
    }
    const same = versions.findIndex(({ segment }) => isSame(read.segment, segment))
    const linked = read.graph === null || Buffer.from(versions[same]?.graph.links ?? []).equals(read.graph.links)
    return same >= 0 && linked ? same : 'wrong'
  }

  function judge(what: string, before: number, mayBeNew: boolean, mayBeRefused: boolean): void {
    faults.injected++
    const now = found()
    if (now === before) faults.old++
    else if (now === 1 - before && mayBeNew) faults.new++
    else if (now === null && mayBeRefused) faults.detected++
    else faults.wrong.push(`${what}: ${now === null ? 'refused' : now === 'wrong' ? 'wrong' : 'another version'}`)
  }

  const save = (version: number) =>
    writeSnapshot(dir, storeKey, SPACE, versions[version]!.segment, versions[version]!.graph)
  const childArgs = (times: number, first: number) => {
    const key = Buffer.from(storeKey).toString('hex')
    return ['--input-type=module', '-e', CHILD, ...parts.urls, dir, key, String(times), String(first)]
  }

  try {
    await save(0)
    for (let i = 0; i < rounds.kills; i++) {
      const child = spawn(process.execPath, childArgs(1_000_000, i % 2), { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      await pause(random() * 40)
      child.kill('SIGKILL')
      await once(child, 'exit')
      judge(`killed ${i}`, i % 2, true, false)
    }
    const whole = readFileSync(path).length
    for (let i = 0; i < (canLimit ? rounds.full : 0); i++) {
      await save(0)
      const room = Math.floor(random() * whole)
      const args = [`--fsize=${room}`, process.execPath, ...childArgs(1, 1)]
      const { stdout } = spawnSync('prlimit', args, { encoding: 'utf8' })
      if (stdout !== 'E') faults.wrong.push(`full at ${room}: saving said ${stdout}`)
      judge(`full at ${room}`, 0, false, false)
      if (readdirSync(dir).some((name) => name !== basename(path))) faults.wrong.push(`full at ${room}: a file is left`)
    }
    await save(1)
    const good = readFileSync(path)
    const harmed = (what: string, harm: () => void) => {
      harm()
      judge(what, 1, false, true)
      writeFileSync(path, good)
    }
    for (let i = 0; i < rounds.damage; i++) {
      const at = Math.floor(random() * good.length)
      const bytes = Buffer.from(good)
      for (let j = at; j < Math.min(at + 4096, bytes.length); j++) bytes[j] = Math.floor(random() * 256)
      harmed(`damage at ${at}`, () => writeFileSync(path, bytes))
    }
    for (let i = 0; i < rounds.cuts; i++) {
      const at = Math.floor(random() * good.length)
      harmed(`cut at ${at}`, () => truncateSync(path, at))
    }
    for (let i = 0; i < rounds.bits; i++) {
      const at = Math.floor(random() * good.length)
      const bytes = Buffer.from(good)
      bytes[at]! ^= 1 << Math.floor(random() * 8)
      harmed(`bit at ${at}`, () => writeFileSync(path, bytes))
    }
    return faults
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function isSame(a: Segment, b: Segment): boolean {
  const bytes = ({ vids, seqs, times, slotOf, parts, tenants, users, codes, slots }: Segment) =>
    Buffer.concat([
      ...[vids, seqs, times, slotOf, parts, tenants, users.keys, users.heads, users.next].map((column) =>
        Buffer.from(column.buffer, column.byteOffset, column.byteLength),
      ),
      ...recordsOf(codes, slots),
    ])
  return bytes(a).equals(bytes(b)) && a.codes.lost === b.codes.lost && a.codes.reach === b.codes.reach
}

/** Says how many faults ended how. */
export const told = ({ injected, old, new: fresh, detected, wrong }: Faults): string =>
  `vec.crash: ${injected} faults: ${old} left the old state, ${fresh} the new, ${detected} were detected, ${wrong.length} were wrong${canLimit ? '' : ' (no prlimit here: no disk was full)'}`
