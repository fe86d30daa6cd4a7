import type { Stage } from '../core/ports.ts'

/** The stage that fills one space: each model has a cursor of its own on the ledger. */
export function embedStage(space: string): Stage {
  return `embed:${space}`
}
