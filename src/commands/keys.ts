import { type Command, Option } from 'commander'
import { type Key, ROLES, type Role } from '../core/key.ts'
import { createKey, listKeys, revokeKey } from '../flow/keys.ts'
import { openHouse } from '../roof/local-house.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent keys create | list | revoke */
export function keys(program: Command) {
  const group = program.command('keys').description('API keys; works whether the service runs or not')
  group
    .command('create')
    .description('makes a key and prints it once')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory())
    .option('--tenant <id>', 'the only tenant that it sees')
    .option('--expires <when>', 'lifetime such as 90d, or a time')
    .option('--json', 'machine-readable')
    .action(async (options: { role: Role; tenant?: string; expires?: string; json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const key = await createKey(house, {
          role: options.role,
          ...(options.tenant === undefined ? {} : { tenant_id: options.tenant }),
          ...(options.expires === undefined ? {} : { expires: options.expires }),
        })
        if (options.json) process.stdout.write(`${JSON.stringify(key)}\n`)
        else process.stdout.write(`${key.key}\n`)
      } finally {
        await house.close()
      }
    })
  group
    .command('list')
    .description('every key, newest first')
    .option('--json', 'machine-readable')
    .action(async (options: { json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const items = await listKeys(house)
        if (options.json) process.stdout.write(`${JSON.stringify({ items })}\n`)
        else
          process.stdout.write(
            `${table(
              ['id', 'role', 'tenant', 'created', 'state'],
              items.map((key) => [key.id, key.role, key.tenant_id ?? 'all', key.created_at.slice(0, 19), stateOf(key)]),
            )}\n`,
          )
      } finally {
        await house.close()
      }
    })
  group
    .command('revoke <id>')
    .description('ends a key for good')
    .action(async (id: string, _options: unknown, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        await revokeKey(house, id)
        process.stderr.write(`${id} is revoked\n`)
      } finally {
        await house.close()
      }
    })
}

function stateOf(key: Key): string {
  if (key.revoked_at !== null) return `revoked ${key.revoked_at.slice(0, 19)}`
  return key.expires_at === null ? 'live' : `until ${key.expires_at.slice(0, 19)}`
}
