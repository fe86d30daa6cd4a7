import type { Command } from 'commander'
import type { Config } from '../config.ts'
import { Problem } from '../core/problem.ts'
import { noteVerifier } from '../ledger/note.ts'
import { copySource } from '../roof/copy-source.ts'
import { restoreBackup } from '../roof/restore-backup.ts'
import { restoreCopy } from '../roof/restore-copy.ts'
import type { RestoredLedger } from '../roof/restored-ledger.ts'
import { systemClock } from '../roof/system-clock.ts'
import { isAlarm } from './backup.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { plain } from './table.ts'
import { also, pointsOf } from './verify.ts'

interface Options {
  copy?: string
  keys?: string
  checkpoint: string[]
  replace?: boolean
  json?: boolean
}

type OnProgress = (done: number, total: number) => void

/** What lies in records alone, and not in the ledger. */
const NOT_COPIED =
  'not in a copy: API keys, states of findings, feedback, past digests, vectors of texts that are not kept; make keys anew'

/** undercurrent restore */
export function restore(program: Command) {
  program
    .command('restore [folder]')
    .description(
      'makes a backup, or a copy of sealed segments, the data directory, once all of it is verified; with the service stopped',
    )
    .option(
      '--copy <copy>',
      'starts from sealed segments instead of a backup: a folder, or s3:TARGET of the copies file',
    )
    .option('--keys <folder>', 'where the keys are, if the backup put them in another place; needed with --copy')
    .option(
      '--checkpoint <file>',
      'signed checkpoints that were kept outside: says what is missing; may be given again',
      also,
      [],
    )
    .option('--replace', 'moves a data directory that is there aside; nothing is ever deleted')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Needs the master key of the former data directory (--key-file, --key-kms, --key-command, --key-variable).
Ends with 0; with 3 where entries are missing or the ledger was not intact when it was kept; with 1 or 2 where nothing
was changed.

  undercurrent restore /mnt/backup/2026-01-15 --keys /mnt/keys --checkpoint /mnt/worm/checkpoints.txt
  undercurrent restore --copy /mnt/vault --keys /mnt/keys`,
    )
    .action(async (from: string | undefined, options: Options, command: Command) => {
      if ((from === undefined) === (options.copy === undefined))
        throw new Problem('BAD_REQUEST', 'give either the folder of a backup or --copy')
      const config = configOf(command)
      const bar = progressBar('verify', 'entries')
      try {
        const { told, lines } =
          from === undefined
            ? await ofCopy(config, options, bar.update)
            : await ofBackup(config, from, options, bar.update)
        bar.stop()
        const { verdicts, missing, moved_to: movedTo } = told
        const text = [
          ...(movedTo === null ? [] : [`the former data directory is ${movedTo}`]),
          ...lines,
          ...(missing === null
            ? []
            : [`entries ${missing.from} to ${missing.to - 1} are missing: a checkpoint has ${missing.to}`]),
          `verdict: ${verdicts.join(', ')}`,
        ].join('\n')
        process.stdout.write(`${options.json === true ? JSON.stringify(told) : text}\n`)
        process.exitCode = isAlarm(verdicts) || missing !== null ? 3 : 0
      } finally {
        bar.stop()
      }
    })
}

interface Told {
  told: RestoredLedger
  lines: string[]
}

const askOf = ({ replace, checkpoint }: Options) => ({
  replace: replace === true,
  outside: (vkey: string) => checkpoint.flatMap((file) => pointsOf(file, noteVerifier(vkey))),
})

async function ofBackup(config: Config, from: string, options: Options, onProgress: OnProgress): Promise<Told> {
  const keys = options.keys === undefined ? {} : { keysFrom: options.keys }
  const told = await restoreBackup(config, systemClock, { from, ...askOf(options), ...keys }, onProgress)
  return { told, lines: [`${config.data_dir}: ${told.entries} entries, as of ${told.manifest.made_at}`] }
}

async function ofCopy(config: Config, options: Options, onProgress: OnProgress): Promise<Told> {
  const { copy: name = '', keys: keysFrom } = options
  if (keysFrom === undefined)
    throw new Problem('BAD_REQUEST', 'a copy opens with the keys alone: name the folder of `backup --keys` by --keys')
  const { signal } = new AbortController()
  const copy = copySource(name, config, systemClock, { env: process.env, signal })
  const told = await restoreCopy(config, systemClock, { copy, keysFrom, ...askOf(options) }, onProgress)
  const { entries, as_of: asOf, counts, others, holds, archives } = told
  const states = Object.entries(counts).flatMap(([state, n]) => (n > 0 ? [`${n} ${state}`] : []))
  return {
    told,
    lines: [
      `${config.data_dir}: ${entries} entries of ${name}, as of ${asOf}: ${states.join(', ')}`,
      ...(others.length === 0 ? [] : [`passed over, for they are no segments: ${others.map(plain).join(', ')}`]),
      `${holds.standing} legal holds stand again`,
      ...(holds.unknown.length === 0
        ? []
        : [
            `the ledger does not say what these held: add them anew before the service starts: ${holds.unknown.join(', ')}`,
          ]),
      `${archives.standing} archive files are known again`,
      ...(archives.unknown.length === 0
        ? []
        : [`the ledger does not say where these archive files lie: ${archives.unknown.join(', ')}`]),
      NOT_COPIED,
    ],
  }
}
