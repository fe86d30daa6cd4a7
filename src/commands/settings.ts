import type { Command } from 'commander'
import { type Config, readConfig, settingNames } from '../config.ts'

/** The configuration that a command line asks for: its own setting flags over environment over file. */
export function configOf(command: Command): Config {
  const given: Record<string, unknown> = command.optsWithGlobals()
  const flags: Record<string, unknown> = { config: given.config }
  // commander's camel case back to the setting's one name
  for (const name of settingNames)
    flags[name] = given[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())]
  return readConfig(flags)
}
