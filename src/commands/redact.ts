import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { Problem } from '../core/problem.ts'
import { explain } from '../redactors/index.ts'
import { openRedactor } from '../roof/open-redactor.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** What a terminal would obey, line ends and tabs apart. */
const CONTROL = /[^\P{Cc}\n\t]/gu

/** undercurrent redact [FILE] */
export function redact(program: Command) {
  program
    .command('redact [file]')
    .description('what the redactor makes of a text: a file, or standard input')
    .option('--explain', 'say which rule found what, and where, instead of showing the text')
    .option('--tenant <tenant>', 'use the placeholders of this tenant')
    .option('--json', 'machine-readable: the redacted text and the parts that were found')
    .action(
      async (
        file: string | undefined,
        options: { explain?: boolean; tenant?: string; json?: boolean },
        command: Command,
      ) => {
        const redactor = openRedactor(configOf(command))
        const text = file === undefined ? await standardInput() : read(file)
        const tenant = redactor.identifier('tenant_id', options.tenant ?? '')
        // the parts without their values: what is printed may end up in a log
        const parts = () => explain(text).map(({ start, end, type, rule }) => ({ start, end, type, rule }))
        if (options.json) {
          const answer = { version: redactor.version, text: redactor.text(text, tenant), parts: parts() }
          process.stdout.write(`${JSON.stringify(answer)}\n`)
        } else if (options.explain) {
          const rows = parts().map(({ start, end, type, rule }) => [
            ...placeOf(text, start),
            String(end - start),
            type,
            rule,
          ])
          process.stdout.write(
            rows.length === 0
              ? 'no rule finds anything in this text\n'
              : `${table(['line', 'column', 'length', 'type', 'rule'], rows)}\n`,
          )
        } else {
          const redacted = redactor.text(text, tenant)
          process.stdout.write(process.stdout.isTTY ? redacted.replace(CONTROL, '\ufffd') : redacted)
        }
      },
    )
}

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
