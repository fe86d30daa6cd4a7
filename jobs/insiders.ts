import { type InsiderParts, insiders } from '../src/flow/insiders.ts'

/**
 * Works through the days of the access audit that are over and raises findings about analysts, for admins alone: see
 * flow/insiders.ts. May be killed anywhere; the next run comes to the same end.
 * @returns how many days it worked through; 0 where none is new
 */
export async function insidersJob(
  parts: InsiderParts,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<{ done: number }> {
  return await insiders(parts, signal, progress)
}
