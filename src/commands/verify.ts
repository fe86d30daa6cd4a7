import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { authenticateBetween } from '../engines/embedded/authenticate.ts'
import { enterStore } from '../engines/embedded/entrance.ts'
import { recordedPolicy } from '../flow/integrity.ts'
import { ledgerLines } from '../flow/ledger-file.ts'
import { type VerifyAnswer, type VerifyAsk, verify } from '../flow/verify.ts'
import { type CopyCompared, compareCopy } from '../flow/verify-against.ts'
import { outsidePoints, type Point } from '../flow/verify-checkpoints.ts'
import { STORE } from '../flow/verify-verdicts.ts'
import { NoteError, type NoteVerifier, noteVerifier } from '../ledger/note.ts'
import { copySource } from '../roof/copy-source.ts'
import { keyFor } from '../roof/key-file.ts'
import { ledgerSigner } from '../roof/ledger-signer.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { alteredPolicy } from '../roof/running-policy.ts'
import { openSecrets } from '../roof/secrets.ts'
import { systemClock } from '../roof/system-clock.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { interruption } from './interruption.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { plain } from './table.ts'

interface Options {
  checkpoint: string[]
  key?: string
  fromStart?: boolean
  against?: string
  export?: string
  json?: boolean
}

/** Entries that are named on a terminal. */
const SHOWN = 20

/** undercurrent verify */
export function verifyCommand(program: Command) {
  program
    .command('verify')
    .description(
      'reads the whole ledger and says whether anything in it was edited, deleted, moved, cut off or replaced',
    )
    .option('--checkpoint <file>', 'signed checkpoints that were kept outside; may be given again', also, [])
    .option(
      '--key <vkey>',
      'public key that checkpoints must be signed with; this data directory’s own where not given',
    )
    .option('--against <copy>', 'compares with a copy of sealed segments, leaf by leaf: a folder, or s3:TARGET')
    .option('--from-start', 'does not go on where a run was cut short')
    .option('--export <file>', 'writes the ledger to a file for the stand-alone verifier, and verifies nothing')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Ends with 0 where nothing is wrong, 3 where something was found, 2 where a checkpoint cannot be relied on. A run that is
interrupted goes on where it was. Only a checkpoint that was kept outside betrays a log that was replaced as a whole.

  undercurrent verify --checkpoint /mnt/worm/checkpoints.txt
  undercurrent verify --export ledger.ndjson && node verify.mjs ledger.ndjson --checkpoint checkpoints.txt`,
    )
    .action(async (options: Options, command: Command) => {
      const config = configOf(command)
      const stop = interruption()
      const bar = progressBar(options.export === undefined ? 'verify' : 'export', 'entries')
      let house: House | undefined
      try {
        // whoever changes the keys waits until the files are open
        const presence = enterStore(config.data_dir, false)
        try {
          const secrets = await openSecrets(config)
          const altered = await authenticateBetween(config.data_dir, secrets.store, stop.signal)
          if (altered.length > 0) {
            bar.stop()
            damaged(altered.map(({ file, what }) => `${file}: ${what}`).join('\n'), options.json === true)
            return
          }
          house = await openHouse(config, systemClock, secrets)
        } finally {
          presence.leave()
        }
        const signer = ledgerSigner(config, house.secrets)
        if (options.export !== undefined) {
          await recordHere(house, { action: 'ledger.export', rows: (await house.engine.head()).size })
          const lines = ledgerLines({ ...house, ledger: signer }, stop.signal, bar.update)
          await writeWhole(options.export, lines, stop.signal)
          bar.stop()
          process.stderr.write(`the ledger is in ${options.export}\n`)
          return
        }
        const vkey = options.key ?? signer.vkey
        const key = keyOf(vkey)
        const outside = options.checkpoint.flatMap((file) => pointsOf(file, key))
        const copy = options.against === undefined ? null : await againstCopy(house, options.against, key, stop.signal)
        const ask: VerifyAsk = {
          vkey,
          outside: [...outside, ...(copy?.points ?? [])],
          further: copy?.bad ?? [],
          altered: { files: [], policy: await alteredPolicy(config, await recordedPolicy(house.engine)) },
          from: options.fromStart === true ? 'start' : 'interrupted',
        }
        const answer = await verify(house, ask, stop.signal, bar.update)
        bar.stop()
        const told: Told = {
          ...answer,
          ok: answer.ok && (copy?.faults ?? []).length === 0,
          copy: copy && { entries: copy.entries, faults: copy.faults },
          key: vkey,
          key_from: options.key === undefined ? STORE : 'you',
        }
        process.stdout.write(options.json === true ? `${JSON.stringify(told)}\n` : report(told))
        process.exitCode = told.ok ? (told.complete ? 0 : 1) : 3
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'STORE_BROKEN') throw error
        bar.stop()
        damaged(error.message, options.json === true)
      } finally {
        bar.stop()
        stop.over()
        await house?.close()
      }
    })
}

/** Files that are not as they were written: nothing in them can be relied on, so nothing more is read. */
function damaged(about: string, json: boolean): void {
  const told = { ok: false, verdict: 'damaged', verdicts: ['damaged'], complete: false, about }
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${about}\nverdict: damaged\n`)
  process.exitCode = 3
}

/** Gathers an option that is given again. */
export const also = (value: string, before: readonly string[]) => [...before, value]

/** Checkpoints of a file that was kept outside. Throws Problem BAD_REQUEST. */
export function pointsOf(file: string, key: NoteVerifier): Point[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Problem('BAD_REQUEST', `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  return outsidePoints(text, file, key, key.name)
}

/** A copy that is empty is told as such: nothing was compared then. */
async function againstCopy(
  { secrets, engine, config, clock }: House,
  asked: string,
  key: NoteVerifier,
  signal: AbortSignal,
): Promise<CopyCompared> {
  const segmentKey = keyFor(secrets.root, 'segment')
  const { name, source } = copySource(asked, config, clock, { env: process.env, signal })
  const copy = await compareCopy(engine, source, { name, segmentKey, key })
  if (copy.entries === 0 && copy.faults.length === 0)
    throw new Problem('BAD_REQUEST', `${name} holds no segment of this ledger`)
  return copy
}

function keyOf(vkey: string): NoteVerifier {
  try {
    return noteVerifier(vkey)
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    throw new Problem('BAD_REQUEST', `--key: ${error.message}`)
  }
}

type Told = VerifyAnswer & {
  key: string
  key_from: string
  copy: Pick<CopyCompared, 'entries' | 'faults'> | null
}

function report(told: Told): string {
  const { entries, counts, bad, checkpoints, verdicts, complete, began_at } = told
  const lines = [`${entries} entries${began_at > 0 ? `, of which the first ${began_at} were read before` : ''}`]
  for (const [verdict, n] of Object.entries(counts)) if (n > 0) lines.push(`  ${verdict}: ${n}`)
  for (const { seq, count, event_id, verdict, about } of bad.slice(0, SHOWN)) {
    const place = count === undefined ? `entry ${seq}` : `entries ${seq} to ${seq + count - 1}`
    lines.push(`  ${place}${event_id === null ? '' : ` (${plain(event_id)})`}: ${verdict}, ${about}`)
  }
  if (bad.length > SHOWN) lines.push(`  and ${bad.length - SHOWN} more; --json lists all`)
  for (const from of new Set(checkpoints.map((one) => one.from))) {
    const tally = new Map<string, number>()
    for (const one of checkpoints) if (one.from === from) tally.set(one.verdict, (tally.get(one.verdict) ?? 0) + 1)
    const said = [...tally].map(([verdict, n]) => `${n} ${verdict}`).join(', ')
    lines.push(`checkpoints of ${from === STORE ? 'the store' : plain(from)}: ${said}`)
  }
  for (const { target, recorded, found } of told.altered.policy.slice(0, SHOWN))
    lines.push(`${plain(target)}: altered, SHA-256 recorded ${recorded ?? 'none'}, found ${found ?? 'none'}`)
  if (told.copy !== null) {
    lines.push(`copy: ${told.copy.entries} entries compared`)
    for (const { what, name, message } of told.copy.faults.slice(0, SHOWN))
      lines.push(`  ${what}${name === null ? '' : ` ${plain(name)}`}: ${message}`)
  }
  if (told.differs_between !== null)
    lines.push(`the first difference lies in entries ${told.differs_between.join(' to ')}`)
  lines.push(`key: ${told.key}, ${told.key_from === STORE ? 'from this data directory' : 'as given'}`)
  if (!complete) lines.push('cut short: the next run goes on from here, and only that compares checkpoints')
  else if (verdicts.includes('unanchored'))
    lines.push('no checkpoint kept outside was compared (--checkpoint): a log replaced as a whole would look the same')
  lines.push(`verdict: ${verdicts.join(', ')}`)
  return `${lines.join('\n')}\n`
}
