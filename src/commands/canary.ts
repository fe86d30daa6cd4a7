import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type CanaryItem, MOST_CHARACTERS } from '../core/canary.ts'
import { Problem } from '../core/problem.ts'
import { checkedCanary, keepCanary, listCanaries, removeCanary, showCanary } from '../flow/canaries/own.ts'
import { keyFor } from '../roof/key-file.ts'
import type { House } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { inHouse, type OwnerOptions, ofOwner, ownerOf, say } from './of-owner.ts'
import { table } from './table.ts'

interface Options extends OwnerOptions {
  file?: string
  description?: string
}

/** undercurrent canary put | list | show | delete */
export function canary(program: Command) {
  const group = program.command('canary').description('strings that nobody should say: whoever says one is told of')
  const command = (usage: string, about: string) =>
    ofOwner(group, usage, about, 'as that tenant: its canaries, in its events')

  command('put <name>', 'registers the string that comes by standard input, or stands in a file')
    // a command line is seen by everybody on the machine, and stays in the history of the shell
    .option('--file <file>', 'that holds the string and nothing else')
    .option('--description <text>', 'where it was planted')
    .action(async (name: string, options: Options, own: Command) =>
      inHouse(own, async (house) => {
        const { description } = options
        const who = ownerOf(house, options)
        const ask = { string: stringIn(options.file ?? 0), ...(description === undefined ? {} : { description }) }
        const kept = await checkedCanary(partsOf(house), name, ask, who)
        const asked = { canary: name, characters: kept.hash.length }
        await recordHere(house, { action: 'canary.put', asked })
        const item = await keepCanary(partsOf(house), name, kept, who)
        say(options, item, () => `${name}: watched for from now on`)
      }),
    )

  command('list', 'every canary, without its string').action(async (options: Options, own: Command) =>
    inHouse(own, async (house) => {
      const items = await listCanaries(partsOf(house), ownerOf(house, options))
      say(options, { items }, () => table(HEAD, items.map(lineOf)))
    }),
  )

  command('show <name>', 'a canary, without its string').action(async (name: string, options: Options, own: Command) =>
    inHouse(own, async (house) => {
      const item = await showCanary(partsOf(house), name, ownerOf(house, options))
      say(options, item, () => table(HEAD, [lineOf(item)]))
    }),
  )

  command('delete <name>', 'removes a canary; marks and findings stay').action(
    async (name: string, options: Options, own: Command) =>
      inHouse(own, async (house) => {
        const who = ownerOf(house, options)
        await showCanary(partsOf(house), name, who)
        await recordHere(house, { action: 'canary.delete', asked: { canary: name } })
        await removeCanary(house, name, who)
        say(options, { name, removed: true }, () => `${name}: removed`)
      }),
  )
}

const partsOf = (house: House) => ({ ...house, canaryKey: keyFor(house.secrets.root, 'canary') })

/** Throws BAD_REQUEST that quotes none of it. */
function stringIn(source: string | 0): string {
  let text: string
  try {
    text = readFileSync(source, 'utf8').trim()
  } catch (error) {
    throw new Problem('BAD_REQUEST', `${source === 0 ? 'standard input' : source} cannot be read`, { cause: error })
  }
  if (text.length > MOST_CHARACTERS)
    throw new Problem('BAD_REQUEST', `a canary has at most ${MOST_CHARACTERS} characters`)
  return text
}

const HEAD = ['name', 'tenant', 'characters', 'state', 'since', 'description']
const lineOf = (one: CanaryItem) => [
  one.name,
  one.tenant_id ?? '',
  String(one.length),
  one.state,
  one.changed_at.slice(0, 16),
  one.description,
]
