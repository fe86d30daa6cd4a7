import type { Command } from 'commander'
import { createKey, listKeys } from '../flow/keys.ts'
import { recordHere } from '../roof/operator.ts'
import { configOf } from './settings.ts'

/** undercurrent serve */
export function serve(program: Command) {
  program
    .command('serve')
    .description('API, web page and scheduled jobs')
    .option('--host <address>', 'address to listen on (127.0.0.1)')
    .option('--port <number>', 'port to listen on (8787)')
    .option('--data-dir <dir>', 'folder of the database and the index (data/var)')
    .action(async (_options: unknown, command: Command) => {
      // loaded here, so that no other command waits for it
      const { startService } = await import('../main.ts')
      const service = await startService(configOf(command))
      const say = (line: string) => process.stderr.write(`${line}\n`)
      if ((await listKeys(service)).length === 0) {
        const { key, id, role } = await createKey(service, { role: 'admin' })
        await recordHere(service, { action: 'key.create', asked: { key_id: id, role } })
        say('\nThis is the first start. The admin key, shown once and stored nowhere:')
        say(`\n  ${key}\n`)
        say('Keep it; make others with `undercurrent keys create --role ingest|analyst|siem|auditor|admin`.')
      }
      say(`undercurrent listens on ${service.address}`)
      await untilAskedToStop()
      say('stopping')
      await service.stop()
    })
}

/** Resolves at SIGINT or SIGTERM; a second one ends the process at once. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        for (const again of ['SIGINT', 'SIGTERM'] as const) process.once(again, () => process.exit(1))
        resolve()
      })
  })
}
