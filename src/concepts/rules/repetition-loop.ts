import { loopIn, weightOf } from './loop.ts'

/** Whether an answer says one word or phrase over and over, to its end or until it goes on with something else. */
export function repetitionLoop(text: string): number {
  const loop = loopIn(text)
  return loop === null ? 0.01 : 1 / (1 + Math.exp(-weightOf(loop)))
}
