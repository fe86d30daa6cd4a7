import { readdirSync } from 'node:fs'
import { expect } from 'vitest'
import { Problem } from '../../src/core/problem.ts'

/** Why something was refused that would have made something in a folder; nothing was made then. */
export async function refusalOf(folder: string, work: () => Promise<unknown>): Promise<string> {
  const before = readdirSync(folder)
  const problem = await work().then(
    () => null,
    (error: unknown) => error,
  )
  expect(problem).toBeInstanceOf(Problem)
  expect(readdirSync(folder)).toEqual(before)
  return `${(problem as Problem).code}: ${(problem as Problem).message}`
}
