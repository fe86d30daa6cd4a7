import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { formatTime } from '../core/window.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { flush, writeProblem } from './backup-files.ts'
import { openSecrets } from './secrets.ts'

/**
 * Makes a data directory in a draft beside its place, and puts it there by one renaming once all of it is made and on the
 * disk. What is there already must be empty, or is moved aside. Throws as `make` does, and Problem BAD_REQUEST where
 * something is in the way; then nothing is changed.
 * @param make fills the draft, a folder that is there and empty
 */
export async function moveInto<T>(
  target: string,
  replace: boolean,
  clock: Clock,
  make: (draft: string) => Promise<T>,
): Promise<{ made: T; movedTo: string | null }> {
  const taken = checkTarget(target, replace)
  const draft = `${target}.${randomBytes(6).toString('hex')}.part`
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 })
    const made = await make(draft)
    for (const name of [...readdirSync(draft), '']) await flush(join(draft, name))
    return { made, movedTo: await moveIn(draft, target, taken, clock) }
  } catch (error) {
    throw writeProblem(error, target)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** The secrets that were copied to a draft; what is wrong with them is told of the place that they came from. */
export async function openedIn(draft: string, keysFrom: string, config: Config): Promise<Secrets> {
  try {
    return await openSecrets({ ...config, data_dir: draft })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem(error.code, error.message.replaceAll(draft, keysFrom), { cause: error })
  }
}

/** Whether something is in the place of the data directory: a folder that is not empty only where it may be replaced. */
function checkTarget(target: string, replace: boolean): boolean {
  if (!existsSync(target)) return false
  if (!statSync(target).isDirectory()) throw new Problem('BAD_REQUEST', `${target} is a file: give another --data-dir`)
  if (readdirSync(target).length === 0 || replace) return true
  throw new Problem(
    'BAD_REQUEST',
    `${target} holds something: stop the service and give --replace, which moves it aside, or give another --data-dir`,
  )
}

/** Makes a folder the data directory; where that fails, the former one is back in its place. */
async function moveIn(draft: string, target: string, taken: boolean, clock: Clock): Promise<string | null> {
  const isEmpty = taken && readdirSync(target).length === 0
  const aside = taken && !isEmpty ? `${target}.before-${formatTime(clock.now()).replaceAll(':', '-')}` : null
  if (isEmpty) rmdirSync(target)
  if (aside !== null) renameSync(target, aside)
  try {
    renameSync(draft, target)
  } catch (error) {
    if (isEmpty) mkdirSync(target, { mode: 0o700 })
    if (aside !== null) renameSync(aside, target)
    throw error
  }
  await flush(dirname(target))
  return aside
}
