import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packageRoot } from '../config.ts'
import { caseEvents, makeCase } from '../flow/case.ts'
import { checkpoint } from '../flow/checkpoint.ts'
import { noteVerifier } from '../ledger/note.ts'
import { ledgerSigner } from '../roof/ledger-signer.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { configOf } from './settings.ts'
import { also, pointsOf } from './verify.ts'

/** undercurrent case EVENT… --out FILE */
export function caseCommand(program: Command) {
  program
    .command('case <event...>')
    .description('events with their proofs, checkpoints, audit entries and the verifier, in one signed file')
    .requiredOption('--out <file>', 'the file to write')
    .option(
      '--checkpoint <file>',
      'checkpoints kept outside that the file is to be proven against; may be given again',
      also,
      [],
    )
    .addHelpText(
      'after',
      `
The file holds the text of the events. Whoever gets it runs the verifier that he was given, or that he takes from the
member "verifier" of the file:

  undercurrent case evt_1 evt_2 --out case.json
  node verify.mjs case.json --checkpoint checkpoints.txt`,
    )
    .action(async (ids: string[], options: { out: string; checkpoint: string[] }, command: Command) => {
      const config = configOf(command)
      const house = await openHouse(config)
      try {
        const signer = ledgerSigner(config, house.secrets)
        const outside = options.checkpoint.flatMap((file) => pointsOf(file, noteVerifier(signer.vkey)))
        const held = await caseEvents(house, ids)
        await recordHere(house, { action: 'case.export', event_ids: held, rows: held.length })
        // so that the file also holds who read the events until now, and that it was made
        await checkpoint({ ...house, signer })
        const verifier = readFileSync(join(packageRoot, 'docs', 'verify', 'verify.mjs'), 'utf8')
        const made = await makeCase({ ...house, signer }, { event_ids: held, outside, verifier })
        await writeWhole(options.out, [`${JSON.stringify(made)}\n`])
        process.stderr.write(`${made.events.length} events are in ${options.out}\n`)
      } finally {
        await house.close()
      }
    })
}
