import type { Command } from 'commander'

type Register = (program: Command) => void

/**
 * Every command by its name, in the order in which a newcomer meets them. Each is loaded when it is asked for: a command
 * line that prints a key need not read the simulator first.
 */
export const commands: Readonly<Record<string, () => Promise<Register>>> = {
  demo: async () => (await import('./demo.ts')).demo,
  serve: async () => (await import('./serve.ts')).serve,
  import: async () => (await import('./import.ts')).importCommand,
  search: async () => (await import('./search.ts')).search,
  feedback: async () => (await import('./feedback.ts')).feedbackCommand,
  concept: async () => (await import('./concept.ts')).concept,
  affected: async () => (await import('./affected.ts')).affected,
  stats: async () => (await import('./stats.ts')).statsCommand,
  clusters: async () => (await import('./clusters.ts')).clusters,
  monitor: async () => (await import('./monitor.ts')).monitor,
  canary: async () => (await import('./canary.ts')).canary,
  digest: async () => (await import('./digest.ts')).digest,
  findings: async () => (await import('./findings.ts')).findings,
  scores: async () => (await import('./scores.ts')).scores,
  job: async () => (await import('./job.ts')).job,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  case: async () => (await import('./case.ts')).caseCommand,
  ledger: async () => (await import('./ledger.ts')).ledger,
  audit: async () => (await import('./audit.ts')).auditCommand,
  backup: async () => (await import('./backup.ts')).backup,
  restore: async () => (await import('./restore.ts')).restore,
  reconcile: async () => (await import('./reconcile.ts')).reconcile,
  erase: async () => (await import('./erase.ts')).eraseCommand,
  retain: async () => (await import('./retain.ts')).retainCommand,
  compliance: async () => (await import('./compliance.ts')).complianceCommand,
  archive: async () => (await import('./archive.ts')).archiveCommand,
  hold: async () => (await import('./hold.ts')).hold,
  keys: async () => (await import('./keys.ts')).keys,
  capacity: async () => (await import('./capacity.ts')).capacityCommand,
  config: async () => (await import('./config.ts')).config,
  model: async () => (await import('./model.ts')).model,
  redact: async () => (await import('./redact.ts')).redact,
  'redact-stored': async () => (await import('./redact-stored.ts')).redactStored,
  pseudonym: async () => (await import('./pseudonym.ts')).pseudonym,
  simulate: async () => (await import('./simulate.ts')).simulate,
  doctor: async () => (await import('./doctor.ts')).doctor,
}
