import type { Command } from 'commander'
import { openHouse } from '../roof/local-house.ts'
import { makeBackup } from '../roof/make-backup.ts'
import { recordHere } from '../roof/operator.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'

interface Options {
  keys?: string
  json?: boolean
}

/** undercurrent backup */
export function backup(program: Command) {
  program
    .command('backup <folder>')
    .description('writes a verified, encrypted copy of the data directory, also while the service runs')
    .option('--keys <folder>', 'puts the wrapped keys in another place, which later backups write anew')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
What is made of events again (word index, vectors, graphs) is left out. The master key is in no backup: keep it elsewhere.
Ends with 0, or with 3 where the ledger of this store is not intact: the backup is there then, and holds it as it is.

  undercurrent backup /mnt/backup/2026-01-15 --keys /mnt/keys`,
    )
    .action(async (to: string, options: Options, command: Command) => {
      const house = await openHouse(configOf(command))
      const bar = progressBar('verify', 'entries')
      try {
        await recordHere(house, { action: 'backup', rows: (await house.engine.head()).size })
        const ask = { to, ...(options.keys === undefined ? {} : { keysTo: options.keys }) }
        const manifest = await makeBackup(house, ask, bar.update)
        bar.stop()
        const { size, verdicts } = manifest.ledger
        await recordHere(house, { action: 'backup.done', rows: size, asked: { verdicts: [...verdicts] } })
        const { ledger, files, elsewhere } = manifest
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
        const text = [
          `${to}: ${ledger.size} entries, ${(bytes / 2 ** 20).toFixed(1)} MiB, root ${ledger.root}`,
          ...elsewhere.map((name) => `${name} is in ${options.keys}`),
          `verdict of the copy: ${ledger.verdicts.join(', ')}`,
        ].join('\n')
        process.stdout.write(`${options.json === true ? JSON.stringify(manifest) : text}\n`)
        process.exitCode = isAlarm(ledger.verdicts) ? 3 : 0
      } finally {
        bar.stop()
        await house.close()
      }
    })
}

/** Whether verdicts on a whole ledger say that something is amiss. */
export const isAlarm = (verdicts: readonly string[]): boolean =>
  verdicts.some((verdict) => verdict !== 'intact' && verdict !== 'unanchored')
