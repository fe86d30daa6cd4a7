import type { Command } from 'commander'
import { notRenewed } from '../flow/key-copies.ts'
import { openHouse } from '../roof/local-house.ts'
import { rekey } from '../roof/rekey.ts'
import { interruption } from './interruption.ts'
import { progressBar } from './progress.ts'
import { configOf } from './settings.ts'

/** undercurrent keys rekey */
export function rekeyCommand(group: Command) {
  group
    .command('rekey')
    .description('changes the key of the files of the store and writes them anew, also while the service runs')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Database, key ring, index and copies from before upgrades are written under a new random key; the former one opens nothing in
the data directory afterwards. It needs the room of the store once more, and for a moment at the end nobody can read or
write: senders wait. What stays: the master key (undercurrent keys rewrap changes that), the root secret that pseudonyms and
signatures hang on, and the keys of subjects. Backups from before open with the keys that are in them. Where it is killed or
cannot be done, the store is as it was; run it again.`,
    )
    .action(async (options: { json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      const bar = progressBar('rekey', 'pages')
      const stop = interruption()
      try {
        const onWait = () => process.stderr.write('somebody has the store open for long; it is asked again\n')
        const made = await rekey(house, { signal: stop.signal, onProgress: bar.update, onWait })
        bar.stop()
        const failed = notRenewed(await house.renewKeyCopies())
        if (failed !== null) process.stderr.write(`${failed}: it opens backups from before, and none from now on\n`)
        if (options.json === true) process.stdout.write(`${JSON.stringify(made)}\n`)
        else process.stderr.write(`${(made.bytes / 2 ** 20).toFixed(1)} MiB are under a new key\n`)
      } finally {
        stop.over()
        bar.stop()
        await house.close()
      }
    })
}
