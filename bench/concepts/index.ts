import { bias } from './bias.ts'
import { code } from './code.ts'
import { complaint } from './complaint.ts'
import { divergenceAttack } from './divergence-attack.ts'
import { financial } from './financial.ts'
import { hallucinationReport } from './hallucination-report.ts'
import { lazy } from './lazy.ts'
import { legal } from './legal.ts'
import { medical } from './medical.ts'
import { modelError } from './model-error.ts'
import { offTopic } from './off-topic.ts'
import { refusal } from './refusal.ts'
import { refusalKinds } from './refusal-kinds.ts'
import { repetitionLoop } from './repetition-loop.ts'
import type { ConceptSource } from './source.ts'
import { structuredFinancial } from './structured-financial.ts'
import { threats } from './threats.ts'
import { toxicity } from './toxicity.ts'
import { truncated } from './truncated.ts'

/** Every built-in concept, by name. */
export const SOURCES: readonly ConceptSource[] = [
  bias,
  code,
  complaint,
  divergenceAttack,
  financial,
  hallucinationReport,
  lazy,
  legal,
  medical,
  modelError,
  offTopic,
  refusal,
  ...refusalKinds,
  repetitionLoop,
  structuredFinancial,
  ...threats,
  toxicity,
  truncated,
]
