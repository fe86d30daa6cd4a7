import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { checkpoint, newestCheckpoint } from '../flow/checkpoint.ts'
import { ledgerConsistency, ledgerProof } from '../flow/ledger-proof.ts'
import { ledgerSigner } from '../roof/ledger-signer.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Options {
  json?: boolean
}

/** undercurrent ledger checkpoint | key | proof EVENT_ID | consistency FROM TO */
export function ledger(program: Command) {
  const group = program.command('ledger').description('signed checkpoints, and proofs that an event is in the ledger')
  const add = (usage: string, about: string, answer: (house: House, ...args: string[]) => Promise<Answer>) =>
    group
      .command(usage)
      .description(about)
      .option('--json', 'machine-readable')
      // commander hands over the arguments, then the options and the command
      .action(async (...given: unknown[]) => {
        const command = given.pop() as Command
        const options = given.pop() as Options
        const house = await openHouse(configOf(command))
        try {
          const { json, text } = await answer(house, ...(given as string[]))
          process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : text)
        } finally {
          await house.close()
        }
      })

  add('checkpoint', 'the newest signed checkpoint; makes the first', async (house) => {
    const parts = signing(house)
    const json = (await newestCheckpoint(parts)) ?? (await checkpoint(parts)).checkpoint
    return { json, text: json.note }
  })
  add('key', 'the public key that checkpoints are checked with', async (house) => {
    const { name, vkey } = signing(house).signer
    return { json: { name, vkey }, text: `${vkey}\n` }
  })
  add('proof <event-id>', 'that an event is in the ledger', async (house, id) => {
    const json = await ledgerProof(signing(house), id!)
    return { json, text: `${lines(json)}\n\n${json.checkpoint}` }
  })
  add('consistency <from> <to>', 'that the first FROM entries begin the first TO', async (house, from, to) => {
    const json = await ledgerConsistency(house, sizeOf(from!, 'FROM'), sizeOf(to!, 'TO'))
    return { json, text: `${lines(json)}\n` }
  })
}

interface Answer {
  json: object
  /** With its last line break. */
  text: string
}

const signing = (house: House) => ({ ...house, signer: ledgerSigner(house.config, house.secrets) })

function sizeOf(text: string, name: string): number {
  const size = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw new Problem('BAD_REQUEST', `${name} must be a number of entries, from 0`)
  return size
}

/** A value to a line; the checkpoint, which is lines itself, is left to the caller. */
function lines(answer: object): string {
  const rows = Object.entries(answer)
    .filter(([name]) => name !== 'checkpoint')
    .flatMap(([name, value]: [string, unknown]) =>
      Array.isArray(value)
        ? value.map((hash, i) => [i === 0 ? name : '', String(hash)])
        : [[name, value === null ? 'none (erased)' : String(value)]],
    )
  return table(['', ''], rows)
}
