import type { KeyRenewal } from '../src/core/key-copy.ts'
import { checkRenewed } from '../src/flow/key-copies.ts'

/**
 * Tries again what an erasure could not renew, and brings keys of new subjects to every copy of the key ring. Throws
 * COPY_FAILED after all were tried, with what every failing place said.
 */
export async function keysJob(parts: { renewKeyCopies(): Promise<KeyRenewal[]> }): Promise<{ done: number }> {
  const renewals = await parts.renewKeyCopies()
  checkRenewed(renewals)
  return { done: renewals.length }
}
