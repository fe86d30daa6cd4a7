import type { Deed } from '../core/audit.ts'

export interface PseudonymParts {
  /** Writes down what is done; resolves once that is on the disk. */
  record(deed: Deed): Promise<void>
  redactor: {
    pseudonym(field: string, value: string): string
    forms(field: string, value: string): readonly string[]
  }
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
  { record, redactor }: PseudonymParts,
  field: string,
  id: string,
): Promise<PseudonymAnswer> {
  const pseudonym = redactor.pseudonym(field, id)
  await record({ action: 'pseudonym', asked: { field, pseudonym } })
  return { pseudonym, in_use: redactor.forms(field, id)[0] === pseudonym }
}
