import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { openRedactor } from '../roof/open-redactor.ts'
import { readRedactionFile, redactionPolicy } from '../roof/redaction-file.ts'
import { openSecrets } from '../roof/secrets.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** What a terminal would obey, line ends and tabs apart. */
const CONTROL = /[^\P{Cc}\n\t]/gu

interface Options {
  explain?: boolean
  tenant?: string
  rules?: string
  json?: boolean
}

/** undercurrent redact [FILE] */
export function redact(program: Command) {
  program
    .command('redact [file]')
    .description('what the redactor makes of a text: a file, or standard input')
    .option('--explain', 'say which rule found what, where, and how sure it is, instead of showing the text')
    .option('--tenant <tenant>', 'with the rules, exceptions and placeholders of this tenant')
    .option('--rules <file>', 'try this redaction file in place of the one in use')
    .option('--json', 'machine-readable: the redacted text and the parts that were found')
    .action(async (file: string | undefined, options: Options, command: Command) => {
      const config = configOf(command)
      const policy =
        options.rules === undefined ? redactionPolicy(config) : readRedactionFile(resolve(options.rules), config)
      const redactor = openRedactor(config, await openSecrets(config), policy)
      const text = file === undefined ? await standardInput() : read(file)
      const tenant = redactor.identifier('tenant_id', options.tenant ?? '')
      // the parts without their values: what is printed may end up in a log
      const parts = () =>
        redactor
          .explain(text, tenant)
          .map(({ start, end, type, rule, score }) => ({ start, end, type, rule, score: rounded(score) }))
      if (options.json) {
        const { version, rules } = redactor
        const answer = { version, rules, text: redactor.text(text, tenant), parts: parts() }
        process.stdout.write(`${JSON.stringify(answer)}\n`)
      } else if (options.explain) {
        const rows = parts().map(({ start, end, type, rule, score }) => [
          ...placeOf(text, start),
          String(end - start),
          type,
          rule,
          score.toFixed(2),
        ])
        process.stdout.write(
          rows.length === 0
            ? 'no rule finds anything in this text\n'
            : `${table(['line', 'column', 'length', 'type', 'rule', 'score'], rows)}\n`,
        )
      } else {
        const redacted = redactor.text(text, tenant)
        process.stdout.write(process.stdout.isTTY ? redacted.replace(CONTROL, '\ufffd') : redacted)
      }
    })
}

const rounded = (score: number): number => Math.round(score * 100) / 100

/** Line and column of an offset, both from 1. */
function placeOf(text: string, offset: number): [line: string, column: string] {
  const before = text.slice(0, offset)
  return [String(before.split('\n').length), String(offset - before.lastIndexOf('\n'))]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Problem('BAD_REQUEST', `${file} cannot be read`, { cause })
  }
}

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
