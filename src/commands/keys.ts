import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type Key, READS, type Read, ROLES, type Role } from '../core/key.ts'
import { Problem } from '../core/problem.ts'
import { forgetKeyCopy, notRenewed } from '../flow/key-copies.ts'
import { createKey, keyOfId, listKeys, revokeKey, rotateKey } from '../flow/keys.ts'
import { openHouse } from '../roof/local-house.ts'
import { recordHere } from '../roof/operator.ts'
import { rewrap } from '../roof/secrets.ts'
import { changingKeys } from '../roof/undisturbed.ts'
import { rekeyCommand } from './rekey.ts'
import { configOf } from './settings.ts'
import { table } from './table.ts'

/** undercurrent keys create | rotate | list | rewrap | copies | revoke */
export function keys(program: Command) {
  const group = program.command('keys').description('API keys; works whether the service runs or not')
  group
    .command('create')
    .description('makes a key and prints it once')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory())
    .option('--tenant <id>', 'the only tenant that it sees')
    .addOption(
      new Option('--read <what>', 'metadata: ids, numbers and concepts, no texts (text for analyst)').choices([
        ...READS,
      ]),
    )
    .option('--expires <when>', 'lifetime such as 90d, or a time')
    .option('--json', 'machine-readable')
    .action(async (options: Created, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const key = await createKey(house, {
          role: options.role,
          ...(options.tenant === undefined ? {} : { tenant_id: options.tenant }),
          ...(options.read === undefined ? {} : { read: options.read }),
          ...(options.expires === undefined ? {} : { expires: options.expires }),
        })
        await recordHere(house, { action: 'key.create', asked: about(key) })
        if (options.json) process.stdout.write(`${JSON.stringify(key)}\n`)
        else process.stdout.write(`${key.key}\n`)
      } finally {
        await house.close()
      }
    })
  group
    .command('rotate <id>')
    .description('makes the next key of the same role, tenant and reading; the former ends after the overlap')
    .option('--overlap <time>', 'how long the former key still opens', '24h')
    .option('--expires <when>', 'lifetime such as 90d, or a time (as long as that of the former)')
    .option('--json', 'machine-readable')
    .action(async (id: string, options: Rotated, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        const { overlap, expires } = options
        await keyOfId(house, id)
        // told before it is done: a key that is used without a trace is worse than a trace without its use
        await recordHere(house, { action: 'key.rotate', asked: { key_id: id, overlap: house.redactor.text(overlap) } })
        const key = await rotateKey(house, id, { overlap, ...(expires === undefined ? {} : { expires }) })
        process.stdout.write(`${options.json ? JSON.stringify(key) : key.key}\n`)
        process.stderr.write(`${id} ends in ${overlap}; ${key.id} replaces it\n`)
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
              ['id', 'role', 'tenant', 'sees', 'created', 'last used', 'state'],
              items.map((key) => [
                key.id,
                key.role,
                key.tenant_id ?? 'all',
                key.read,
                key.created_at.slice(0, 19),
                key.last_used_at?.slice(0, 16) ?? 'never',
                stateOf(key),
              ]),
            )}\n`,
          )
      } finally {
        await house.close()
      }
    })
  group
    .command('rewrap')
    .description('wraps the secrets of the data directory under another master key; no data is written anew')
    .option('--to-key-file <file>', 'file of the next master key, made where it is absent')
    .option('--to-key-kms <arn>', 'key of AWS KMS that the next master key is encrypted under')
    .option('--to-key-command <command>', 'command that prints the next master key')
    .option('--to-key-variable <name>', 'environment variable that holds it')
    .addHelpText(
      'after',
      `
Afterwards the service and every command need the next key: give it by the setting of the same name (--key-file,
--key-kms, --key-command, --key-variable). The former key opens what was wrapped before, so destroy it with the copies of
that.`,
    )
    .action(async (options: NextKey, command: Command) => {
      const config = configOf(command)
      const to = {
        key_file: options.toKeyFile === undefined ? '' : resolve(options.toKeyFile),
        key_kms: options.toKeyKms ?? '',
        key_command: options.toKeyCommand ?? '',
        key_variable: options.toKeyVariable ?? '',
      }
      const [source, ...others] = Object.entries(to).flatMap(([name, value]) => (value === '' ? [] : [name]))
      if (source === undefined || others.length > 0)
        throw new Problem(
          'BAD_REQUEST',
          'give one of --to-key-file, --to-key-kms, --to-key-command and --to-key-variable',
        )
      const house = await openHouse(config)
      try {
        const { key_kms_endpoint } = config
        // told before it is done, like a rotation
        const tell = () => recordHere(house, { action: 'key.rewrap', asked: { to: source } })
        await changingKeys(house, () => rewrap(config.data_dir, house.secrets, { ...to, key_kms_endpoint }, tell))
        const failed = notRenewed(await house.renewKeyCopies())
        if (failed !== null) process.stderr.write(`${failed}: it still opens with the former key\n`)
        process.stderr.write(`the secrets are wrapped under the key of ${source}: set it before the next start\n`)
      } finally {
        await house.close()
      }
    })
  rekeyCommand(group)
  group
    .command('copies')
    .description(
      'copies of the key ring that backup --keys put elsewhere: brings them up to date and says how each stands',
    )
    .option('--forget <folder>', 'renews that one no more; what lies there is left as it is')
    .option('--json', 'machine-readable')
    .action(async (options: { forget?: string; json?: boolean }, command: Command) => {
      const house = await openHouse(configOf(command))
      try {
        if (options.forget !== undefined) {
          const place = resolve(options.forget)
          if (!(await forgetKeyCopy(house.engine, place, house.clock.now())))
            throw new Problem('BAD_REQUEST', `no copy of the key ring is kept at ${place}`)
          process.stderr.write(`${place} is renewed no more: destroy it, for it opens what is erased from now on\n`)
        }
        const items = await house.renewKeyCopies()
        if (options.json) process.stdout.write(`${JSON.stringify({ items })}\n`)
        else for (const { place, message } of items) process.stdout.write(`${place}: ${message ?? 'up to date'}\n`)
        process.exitCode = items.every(({ renewed }) => renewed) ? 0 : 3
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
        // what was typed goes into the ledger only where it is the id of a key
        await keyOfId(house, id)
        await recordHere(house, { action: 'key.revoke', asked: { key_id: id } })
        await revokeKey(house, id)
        process.stderr.write(`${id} is revoked\n`)
      } finally {
        await house.close()
      }
    })
}

interface NextKey {
  toKeyFile?: string
  toKeyKms?: string
  toKeyCommand?: string
  toKeyVariable?: string
}

interface Created {
  role: Role
  tenant?: string
  read?: Read
  expires?: string
  json?: boolean
}

interface Rotated {
  overlap: string
  expires?: string
  json?: boolean
}

/** What the audit tells of a key that is made. */
function about({ id: key_id, role, tenant_id, read, expires_at }: Key) {
  return { key_id, role, tenant_id, read, expires_at }
}

function stateOf(key: Key): string {
  if (key.revoked_at !== null) return `revoked ${key.revoked_at.slice(0, 19)}`
  return key.expires_at === null ? 'live' : `until ${key.expires_at.slice(0, 19)}`
}
