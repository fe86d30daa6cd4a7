import type { Clock, Engine } from '../core/ports.ts'
import { formatTime } from '../core/window.ts'

export interface PseudonymParts {
  engine: Pick<Engine, 'append'>
  clock: Clock
  redactor: {
    pseudonym(field: string, value: string): string
    forms(field: string, value: string): readonly string[]
  }
  /** Id of the entry in the ledger. */
  newId(): string
}

export interface PseudonymAnswer {
  pseudonym: string
  /** False where the policy keeps the field as it is sent, so that events of today do not hold the pseudonym. */
  in_use: boolean
}

/**
 * The keyed pseudonym of a raw id. That it was asked for is sealed into the ledger before it is told: which pseudonym, of
 * which field and when, never the id.
 * @param field of the event: `user_id`, `ip_address`, …
 */
export async function pseudonymOf(
  { engine, clock, redactor, newId }: PseudonymParts,
  field: string,
  id: string,
): Promise<PseudonymAnswer> {
  const pseudonym = redactor.pseudonym(field, id)
  const ts = clock.now()
  const body = { action: 'pseudonym', field, pseudonym, at: formatTime(ts) }
  await engine.append([{ kind: 'audit', event_id: newId(), ts, body }])
  return { pseudonym, in_use: redactor.forms(field, id)[0] === pseudonym }
}
