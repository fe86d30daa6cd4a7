import type { Config } from '../config.ts'
import type { FieldError } from '../core/problem.ts'
import type { RedactionPolicy } from '../core/redaction-policy.ts'
import { checkPolicy } from '../core/redaction-policy-check.ts'
import { conceptFaults } from '../flow/keep-rules.ts'
import { faultsOf } from '../redactors/policy.ts'
import { checkedYaml } from './checked-yaml.ts'
import { readConcepts } from './concept-files.ts'

/** What the house decides about what it keeps: its redaction file, or the standard where it names none. Throws CONFIG_INVALID. */
export const redactionPolicy = (config: Pick<Config, 'redaction_file' | 'models_dir'>): RedactionPolicy =>
  config.redaction_file === '' ? {} : readRedactionFile(config.redaction_file, config)

/**
 * A redaction file, in YAML. Throws Problem CONFIG_INVALID that names the file, the places within it (JSON Pointers) and
 * what may stand there.
 */
export function readRedactionFile(path: string, { models_dir }: Pick<Config, 'models_dir'>): RedactionPolicy {
  return checkedYaml(path, 'redaction file', (value) => {
    const shape = checkPolicy(value)
    // what has the wrong shape cannot be looked into
    return shape.length > 0 ? shape : meantFaults(value as RedactionPolicy, models_dir)
  }) as RedactionPolicy
}

function meantFaults(policy: RedactionPolicy, modelsDir: string): FieldError[] {
  const asks = (policy.withhold ?? []).length > 0
  const concepts = asks
    ? conceptFaults(
        policy,
        readConcepts(modelsDir).map(({ name }) => name),
      )
    : []
  return [...faultsOf(policy), ...concepts]
}
