import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RULES, rulesFor } from '../src/redactors/rules.ts'
import { createScan } from '../src/redactors/scan.ts'
import { financeMakers } from '../test/redactors/makers/finance.ts'
import { identityEuropeMakers } from '../test/redactors/makers/identity-europe.ts'
import { identityWorldMakers } from '../test/redactors/makers/identity-world.ts'
import { makers } from '../test/redactors/makers/makers.ts'
import { type DisguisedReport, measureDisguised } from './redaction-disguised.ts'
import { type LabelledReport, measureLabelled } from './redaction-labelled.ts'
import { type Row, setsIn } from './redaction-labels.ts'
import { measureOrdinary, type OrdinaryReport } from './redaction-ordinary.ts'
import { measureSecrets, type SecretsReport } from './redaction-secrets.ts'
import { tableOf } from './redaction-table.ts'
import { evalSpokenSecrets } from './spoken-secrets.ts'

export interface RedactionReport {
  /** Values that a checksum or an unmistakable form proves, in disguise: of our own, as what follows. */
  disguised: DisguisedReport
  /** The other numbers of persons, firms and accounts: most have a check of one digit and need a word near them. */
  disguisedWeak: DisguisedReport
  spoken: ReturnType<typeof evalSpokenSecrets>
  /** Null where no folder of labelled texts was given. */
  labelled: LabelledReport | null
  /** The same at high sensitivity to names. */
  labelledHigh: LabelledReport | null
  secrets: SecretsReport | null
  /** Null where there is no folder of ordinary texts. */
  ordinary: OrdinaryReport | null
}

/** Values in disguise are drawn from this. */
const SEED = 20_260_115
const VALUES = 20
const proven = makers.filter((maker) => maker.proven)
const weak = [...financeMakers, ...identityWorldMakers, ...identityEuropeMakers].filter((maker) => !maker.proven)
const ORDINARY_TEXTS = 50_000

/**
 * What the rules catch and what they change needlessly. Prints a table unless `json`.
 * @param dataDir holds `*.jsonl.gz` files of labelled texts (`text` with `spans`, or `label`)
 * @param values of each kind in each disguise, a quarter of it for the weak ones; default 20
 * @param ordinaryDir holds ordinary texts (`prompt`, `response`, `turns`); the folder `chat_traffic` beside the other where not given
 */
export async function evalRedaction(
  dataDir: string | undefined,
  out: { json: boolean; ordinaryDir?: string; values?: number },
): Promise<RedactionReport> {
  const scan = createScan(RULES)
  const sets = setsIn<Row>(dataDir)
  const ordinaryDir = out.ordinaryDir ?? (dataDir === undefined ? undefined : join(dataDir, '..', 'chat_traffic'))
  if (sets === null) skipped('labelled texts', dataDir)
  const ordinary = ordinaryDir !== undefined && existsSync(ordinaryDir) ? setsIn<object>(ordinaryDir) : null
  if (ordinary === null) skipped('ordinary texts', ordinaryDir)
  const values = out.values ?? VALUES
  const report: RedactionReport = {
    disguised: measureDisguised(scan, proven, SEED, values),
    disguisedWeak: measureDisguised(scan, weak, SEED, Math.ceil(values / 4)),
    spoken: evalSpokenSecrets(),
    labelled: sets === null ? null : measureLabelled(scan, sets),
    labelledHigh: sets === null ? null : measureLabelled(createScan(rulesFor('high')), sets),
    secrets: sets === null ? null : measureSecrets(scan, sets),
    ordinary: ordinary === null ? null : measureOrdinary(scan, ordinary, ORDINARY_TEXTS),
  }
  if (!out.json) process.stdout.write(`${tableOf(report)}\n`)
  return report
}

function skipped(what: string, folder: string | undefined): void {
  const why = folder === undefined ? 'no folder was given (--data FOLDER)' : `there is no folder ${folder}`
  process.stderr.write(`redaction: ${why}, so ${what} are skipped\n`)
}
