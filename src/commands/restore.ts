import type { Command } from 'commander'
import { noteVerifier } from '../ledger/note.ts'
import { restoreBackup } from '../roof/restore-backup.ts'
import { systemClock } from '../roof/system-clock.ts'
import { isAlarm } from './backup.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'
import { also, pointsOf } from './verify.ts'

interface Options {
  keys?: string
  checkpoint: string[]
  replace?: boolean
  json?: boolean
}

/** undercurrent restore */
export function restore(program: Command) {
  program
    .command('restore <folder>')
    .description('makes a backup the data directory, once all of it is verified; with the service stopped')
    .option('--keys <folder>', 'where the keys are, if the backup put them in another place')
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
Needs the master key of the data directory that was backed up (--key-file, --key-variable, --key-command).
Ends with 0; with 3 where entries are missing or the ledger was not intact when it was backed up; with 1 or 2 where nothing
was changed.

  undercurrent restore /mnt/backup/2026-01-15 --keys /mnt/keys --checkpoint /mnt/worm/checkpoints.txt`,
    )
    .action(async (from: string, options: Options, command: Command) => {
      const config = configOf(command)
      const bar = progressBar('verify', 'entries')
      try {
        const restored = await restoreBackup(
          config,
          systemClock,
          {
            from,
            replace: options.replace === true,
            outside: (vkey) => options.checkpoint.flatMap((file) => pointsOf(file, noteVerifier(vkey))),
            ...(options.keys === undefined ? {} : { keysFrom: options.keys }),
          },
          bar.update,
        )
        bar.stop()
        const { manifest, entries, verdicts, missing, moved_to: movedTo } = restored
        const text = [
          ...(movedTo === null ? [] : [`the former data directory is ${movedTo}`]),
          `${config.data_dir}: ${entries} entries, as of ${manifest.made_at}`,
          ...(missing === null
            ? []
            : [`entries ${missing.from} to ${missing.to - 1} are missing: a checkpoint has ${missing.to}`]),
          `verdict: ${verdicts.join(', ')}`,
        ].join('\n')
        process.stdout.write(`${options.json === true ? JSON.stringify(restored) : text}\n`)
        process.exitCode = isAlarm(verdicts) ? 3 : 0
      } finally {
        bar.stop()
      }
    })
}
