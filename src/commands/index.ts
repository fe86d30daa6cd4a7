import type { Command } from 'commander'
import { backup } from './backup.ts'
import { caseCommand } from './case.ts'
import { config } from './config.ts'
import { demo } from './demo.ts'
import { digest } from './digest.ts'
import { doctor } from './doctor.ts'
import { findings } from './findings.ts'
import { importCommand } from './import.ts'
import { job } from './job.ts'
import { keys } from './keys.ts'
import { ledger } from './ledger.ts'
import { model } from './model.ts'
import { pseudonym } from './pseudonym.ts'
import { reconcile } from './reconcile.ts'
import { redact } from './redact.ts'
import { redactStored } from './redact-stored.ts'
import { restore } from './restore.ts'
import { scores } from './scores.ts'
import { search } from './search.ts'
import { serve } from './serve.ts'
import { simulate } from './simulate.ts'
import { verifyCommand } from './verify.ts'

/** Every command, in the order in which a newcomer meets them. */
export const commands: readonly ((program: Command) => void)[] = [
  demo,
  serve,
  importCommand,
  search,
  digest,
  findings,
  scores,
  job,
  verifyCommand,
  caseCommand,
  ledger,
  backup,
  restore,
  reconcile,
  keys,
  config,
  model,
  redact,
  redactStored,
  pseudonym,
  simulate,
  doctor,
]
