import { Command, CommanderError, Option } from 'commander'
import { settingNames, settingOf } from '../config.ts'
import { Problem } from '../core/problem.ts'
import { lastWords } from '../roof/last-words.ts'
import { version } from '../roof/version.ts'
import { commands } from './index.ts'

/**
 * Runs one command line. Gives the exit code: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but something was
 * found (a command sets it itself).
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = new Command('undercurrent')
    .description(
      'Reads the interaction logs of LLM applications by meaning and finds the attacks that stay under every threshold.',
    )
    .version(version)
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', '\nEvery setting (undercurrent config) is a flag of every command, e.g. --data-dir DIR.')
    .exitOverride()
    // what was typed may be an id, or a question with a secret in it
    .configureOutput({ outputError: (text, write) => write(lastWords(text)) })
  const [, , name = ''] = argv
  // where none is named, the help lists all
  const asked = Object.hasOwn(commands, name) ? [name] : VERSION.includes(name) ? [] : Object.keys(commands)
  for (const register of await Promise.all(asked.map((one) => commands[one]!()))) register(program)
  for (const command of program.commands) settle(command)
  try {
    await program.parseAsync(argv)
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof Problem) {
      process.stderr.write(`undercurrent: ${error.message}\n`)
      for (const { path, message } of error.errors) process.stderr.write(`  ${path || '(whole)'}: ${message}\n`)
      return error.code === 'BAD_REQUEST' || error.code === 'CONFIG_INVALID' ? 2 : 1
    }
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 0
    process.stderr.write(`undercurrent: unexpected: ${lastWords(error)}\n`)
    return 1
  }
}

/** Flags that need no command, and so load none. */
const VERSION = ['--version', '-V']

/** Gives a command, and those below it, the flags of every setting; usage errors end with 2. */
function settle(command: Command) {
  command.exitOverride()
  command.addOption(new Option('--config <file>', 'configuration file').hideHelp())
  for (const name of settingNames) {
    const { flag, about } = settingOf(name)
    // commands may show a setting of their own accord, e.g. serve --port
    if (command.options.some((option) => option.long === flag)) continue
    command.addOption(new Option(`${flag} <value>`, about).hideHelp())
  }
  for (const inner of command.commands) settle(inner)
}
