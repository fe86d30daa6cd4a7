import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import type { ErasedCounts } from '../core/erasure.ts'
import { Problem } from '../core/problem.ts'
import { archiveFiles } from '../flow/archive-files.ts'
import { type EraseAnswer, surveyErasure } from '../flow/erase.ts'
import { notRenewed } from '../flow/key-copies.ts'
import type { SubjectAsk } from '../flow/subject.ts'
import { exportSubject } from '../flow/subject-export.ts'
import { keyFor } from '../roof/key-file.ts'
import { ledgerSigner } from '../roof/ledger-signer.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { archiveOf } from '../roof/open-archive.ts'
import { newEntryId, operator } from '../roof/operator.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { configOf } from './settings.ts'
import { plain, table } from './table.ts'

export interface SubjectOptions {
  user?: string
  session?: string
  event?: string
  tenant?: string
}

interface Options extends SubjectOptions {
  reason?: string
  dryRun?: boolean
  yes?: boolean
  receipt?: string
  export?: string
  json?: boolean
}

/** undercurrent erase --user ID */
export function eraseCommand(program: Command) {
  const command = program
    .command('erase')
    .description('destroys what is held of a user, a session, an event or a tenant, for ever, and gives a receipt')
  subjectOptions(command)
    .option('--reason <text>', 'why; the receipt says it')
    .option('--dry-run', 'only tells what would be erased')
    .option('--yes', 'does not ask')
    .option('--receipt <file>', 'writes the signed receipt to a file, to be kept outside')
    .option('--export <file>', 'first writes all that is held to <file>.json and <file>.html')
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
Texts, salts, words, vectors, marks, sums and findings go, and with the key that the texts lie under also what backups and
copies hold of them. The ledger keeps its leaves, gets a receipt, and verifies as before. It works beside the service.

  undercurrent erase --user u_123 --dry-run --export held
  undercurrent erase --user u_123 --reason "request of 3 March" --receipt receipt.txt`,
    )
    .action(async (options: Options, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const subject = subjectIn(options)
        const counts = await surveyErasure(house, subject)
        const parts = eraseParts(house)
        if (options.export !== undefined) {
          const files = await exported(parts, subject, options.export)
          process.stderr.write(`what is held is in ${files.join(' and ')}\n`)
        }
        if (options.dryRun === true) {
          process.stdout.write(options.json ? `${JSON.stringify({ dry_run: true, counts })}\n` : `${told(counts)}\n`)
          return
        }
        if (options.yes !== true) await confirm(counts)
        const { reason } = options
        const order = { subject, actor: operator(), ...(reason === undefined ? {} : { reason }) }
        const answer = await house.writing().erase(order)
        if (options.receipt !== undefined && answer.note !== null) await writeWhole(options.receipt, [answer.note])
        process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : report(answer, options.receipt))
        const behind = notRenewed(answer.key_copies)
        if (behind !== null) process.stderr.write(`what was erased can still be opened with the ${behind}\n`)
      } finally {
        await house.close()
      }
    })
}

/** The flags by which a command says whose data it is about. */
export function subjectOptions(command: Command): Command {
  return command
    .option('--user <id>', 'of this user, as sent or as stored')
    .option('--session <id>', 'of this session')
    .option('--event <id>', 'this event')
    .option('--tenant <id>', 'of this tenant; narrows the others')
}

export function subjectIn({ user, session, event, tenant }: SubjectOptions): SubjectAsk {
  return {
    ...(user === undefined ? {} : { user_id: user }),
    ...(session === undefined ? {} : { session_id: session }),
    ...(event === undefined ? {} : { event_id: event }),
    ...(tenant === undefined ? {} : { tenant_id: tenant }),
  }
}

/** What exporting, erasing and holding need of a house. */
export function eraseParts(house: House) {
  const signer = ledgerSigner(house.config, house.secrets)
  const target = archiveOf(house.config, house.clock)
  const cold = archiveFiles({ ...house, target }, new AbortController().signal)
  return {
    ...house,
    cold,
    signer,
    subjectKey: keyFor(house.secrets.root, 'subject'),
    newId: () => newEntryId(house.clock),
  }
}

async function exported(parts: ReturnType<typeof eraseParts>, subject: SubjectAsk, file: string): Promise<string[]> {
  const base = file.replace(/\.(json|html)$/, '')
  const { json, html } = await exportSubject(parts, { subject, actor: operator() })
  await writeWhole(`${base}.json`, json())
  await writeWhole(`${base}.html`, html())
  return [`${base}.json`, `${base}.html`]
}

/** Throws BAD_REQUEST where nobody can be asked, CONFLICT where the answer is no. */
async function confirm(counts: ErasedCounts): Promise<void> {
  if (!process.stdin.isTTY) throw new Problem('BAD_REQUEST', 'there is no terminal to ask on: give --yes, or --dry-run')
  process.stderr.write(`${told(counts)}\n`)
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await ask.question('This cannot be undone. Type "erase" to go on: ')
    if (answer.trim() !== 'erase') throw new Problem('CONFLICT', 'nothing was erased')
  } finally {
    ask.close()
  }
}

const told = (counts: object): string =>
  table(
    ['place', 'number'],
    Object.entries(counts).map(([place, n]) => [place.replaceAll('_', ' '), String(n)]),
  )

function report({ outcome, erased, note }: EraseAnswer, file: string | undefined): string {
  if (erased === null || note === null) return 'nothing is held of this subject, and nothing was erased\n'
  const { receipt_id, seq, receipt } = erased
  const where = file === undefined ? `\n${note}` : `the signed receipt is in ${file}\n`
  if (outcome === 'before')
    return `nothing is held of this subject any more: it was erased on ${receipt.at}, receipt ${plain(receipt_id)}, entry ${seq}\n${where}`
  return `${told(receipt.counts)}\nerased: receipt ${plain(receipt_id)}, entry ${seq} of the ledger\n${where}`
}
