import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Actor, Deed } from '../core/audit.ts'
import type { Clock, Engine } from '../core/ports.ts'
import { recordDeed } from '../flow/audit.ts'
import { uuidv7 } from '../flow/event-id.ts'

/** Whoever runs a command of this process: the account that the system knows him by. */
export const operator = (): Actor => ({ by: `os:${account()}`, role: null, tenant_id: null, from: 'command line' })

/** Writes down what whoever runs this command does. Resolves once it is on the disk; throws Problem where it cannot be. */
export async function recordHere(
  { engine, clock }: { engine: Pick<Engine, 'append'>; clock: Clock },
  deed: Deed,
): Promise<void> {
  await recordDeed({ engine, clock, newId: () => newEntryId(clock) }, operator(), deed)
}

/** Id of an entry that came without one. */
export const newEntryId = (clock: Clock): string => uuidv7(Math.floor(clock.now() / 1000), randomBytes(10))

/** An account without a name, as containers have it, has its number. */
function account(): string {
  try {
    return userInfo().username
  } catch {
    return `${process.getuid?.() ?? 'unknown'}`
  }
}
