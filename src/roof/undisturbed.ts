import type { Config } from '../config.ts'
import type { Engine } from '../core/ports.ts'
import { enterStore } from '../engines/embedded/entrance.ts'
import { lockKeys } from '../engines/embedded/rekey.ts'

/** What is asked of a house here. */
interface Housed {
  config: Pick<Config, 'data_dir'>
  engine: Pick<Engine, 'head'>
}

/**
 * Does something while nobody puts other files in the place of those of the store: the keys that the engine has opened
 * them with stay the right ones until it is done. Whoever wants to change the keys waits meanwhile, and asks again.
 */
export async function undisturbed<T>({ config, engine }: Housed, work: () => Promise<T>): Promise<T> {
  const presence = enterStore(config.data_dir, false)
  try {
    // where the keys were changed just before: the engine has followed once it answers
    await engine.head()
    return await work()
  } finally {
    presence.leave()
  }
}

/**
 * Changes something about the keys of a data directory while nobody else does. Throws Problem CONFLICT where somebody else
 * is at it, before `work` begins.
 */
export async function changingKeys<T>({ config, engine }: Housed, work: () => Promise<T>): Promise<T> {
  const release = lockKeys(config.data_dir)
  try {
    // where the keys were changed just before: the engine has followed once it answers
    await engine.head()
    return await work()
  } finally {
    release()
  }
}
