import { type Command, Option } from 'commander'
import { type ComplianceReport, type ControlReport, PRESETS, type Preset } from '../core/compliance.ts'
import { compliance } from '../flow/compliance.ts'
import { acceptControl, type CheckParts } from '../flow/compliance-check.ts'
import { type Review, reviewAccess } from '../flow/compliance-review.ts'
import { compliancePage } from '../formats/compliance-page.ts'
import { houseFacts } from '../roof/compliance-house.ts'
import { type House, openHouse } from '../roof/local-house.ts'
import { newEntryId, operator } from '../roof/operator.ts'
import { writeWhole } from '../roof/whole-file.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

interface Asked {
  preset?: Preset
  since?: string
  json?: boolean
}

interface Spoken {
  by: string
  note?: string
  json?: boolean
}

/** undercurrent compliance report | check | review | accept */
export function complianceCommand(program: Command) {
  const group = program
    .command('compliance')
    .description('which controls are on, since when, with evidence from the store; it is evidence and no certificate')
  const preset = () => new Option('--preset <preset>', 'law or standard').choices(PRESETS)

  group
    .command('report')
    .description('every control with its evidence, and the clauses of a preset, as Markdown or JSON')
    .addOption(preset())
    .option('--since <when>', 'counts deeds from there: a time, a date, or an age such as 90d')
    .option('-o, --out <file>', 'writes to a file')
    .option('--json', 'machine-readable')
    .action((options: Asked & { out?: string }, command: Command) =>
      within(command, async (house) => {
        const report = await compliance(partsOf(house), askOf(options))
        const text = options.json ? `${JSON.stringify(report)}\n` : compliancePage(report)
        if (options.out === undefined) process.stdout.write(text)
        else await writeWhole(options.out, [text])
      }),
    )

  group
    .command('check')
    .description('tests each control, and ends with 3 where one is lost')
    .addOption(preset())
    .option('--json', 'machine-readable')
    .addHelpText(
      'after',
      `
What the nightly job does, without writing it down. A control is lost where it was on, or the preset asks for it, and it does
not work. One that is meant to be off: undercurrent compliance accept CONTROL --by NAME.`,
    )
    .action((options: Asked, command: Command) =>
      within(command, async (house) => {
        const asked = options.preset ?? (await partsOf(house).house()).limits.preset
        const report = await compliance(partsOf(house), { preset: asked })
        process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : linesOf(report))
        process.exitCode = report.ok ? 0 : 3
      }),
    )

  spoken(group.command('review').description('records that somebody reviewed the keys as they are now')).action(
    (options: Spoken, command: Command) =>
      within(command, async (house) => {
        const review = await reviewAccess(partsOf(house), { ...options, actor: operator() })
        process.stdout.write(options.json ? `${JSON.stringify(review)}\n` : reviewLines(review))
      }),
  )

  spoken(
    group
      .command('accept <control>')
      .description('records that a control is meant to stand as it does now: off, or less strict than it was'),
  ).action((control: string, options: Spoken, command: Command) =>
    within(command, async (house) => {
      const noted = await acceptControl(partsOf(house), { control, ...options, actor: operator() })
      process.stdout.write(options.json ? `${JSON.stringify(noted)}\n` : `${control} is accepted as it stands\n`)
    }),
  )
}

const spoken = (command: Command) =>
  command
    .requiredOption('--by <name>', 'who says so; the ledger keeps it, redacted like any text')
    .option('--note <text>', 'what was looked at, or why')
    .option('--json', 'machine-readable')

const askOf = ({ preset, since }: Asked) => ({ preset: preset ?? null, ...(since === undefined ? {} : { since }) })

function partsOf(house: House): CheckParts & Pick<House, 'redactor'> {
  return { ...house, house: () => houseFacts(house), newId: () => newEntryId(house.clock) }
}

async function within(command: Command, work: (house: House) => Promise<void>): Promise<void> {
  const house = await openHouse(configOf(command))
  try {
    await work(house)
  } finally {
    await house.close()
  }
}

const SIGNS = { on: 'on  ', off: 'off ', lost: 'LOST' } as const

function linesOf({ controls, preset }: ComplianceReport): string {
  const line = ({ control, state, about, faults }: ControlReport) =>
    [`${SIGNS[state]} ${control.padEnd(15)} ${about}`, ...faults.map((fault) => `     ${fault}`)].join('\n')
  const of = preset === null ? '' : ` (${preset})`
  const lost = controls.filter(({ state }) => state === 'lost').map(({ control }) => control)
  const end = lost.length === 0 ? `no control is lost${of}` : `lost${of}: ${lost.join(', ')}`
  return `${controls.map(line).join('\n')}\n${end}\n`
}

function reviewLines({ reviewer, keys, keys_sha256, look_at }: Review): string {
  const rows = Object.entries(look_at).flatMap(([why, found]) =>
    found.map(({ id, role, tenant_id, created_at, last_used_at, expires_at }) => [
      why.replaceAll('_', ' '),
      id,
      role,
      tenant_id ?? 'all',
      created_at.slice(0, 10),
      last_used_at?.slice(0, 10) ?? 'never',
      expires_at?.slice(0, 10) ?? 'no end',
    ]),
  )
  const heading = ['look at', 'id', 'role', 'tenant', 'created', 'last used', 'ends']
  return `${[
    ...(rows.length === 0 ? ['no key stands out'] : [table(heading, rows)]),
    `${reviewer} reviewed ${keys} live keys (SHA-256 of the list: ${keys_sha256})`,
  ].join('\n')}\n`
}
