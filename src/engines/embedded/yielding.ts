import { setTimeout as pause } from 'node:timers/promises'
import type { Engine, Log } from '../../core/ports.ts'
import { unseal } from '../../encryption/seal.ts'
import { opensWith } from './connection.ts'
import { enterStore, isAsked, type Presence } from './entrance.ts'
import { storeKeys } from './page-encryption.ts'

/** What the next key is sealed under its predecessor as, for those who have the store open. */
export const SUCCESSOR = 'undercurrent/successor'
/** How often somebody who is not called looks whether he is asked to leave. */
const LOOK_MS = 250
/** How often somebody who left looks whether he may come back. */
const BACK_MS = 20

/** An engine over connections that can be given up. */
export interface Opened {
  calls: Omit<Engine, 'close'>
  /** Ends what goes on by itself, so that calls that wait for it end too. */
  rest(): Promise<void>
  /** Closes what is open; `forGood` with what has to be done before nobody may look at the store again for long. */
  close(forGood: boolean): void
}

export interface YieldingOptions {
  dataDir: string
  /** Whether it writes. */
  write: boolean
  /** What the files are encrypted under, 32 bytes. */
  key: Uint8Array
  /** Hears of the key that came in the place of that one, before anything is opened with it. */
  onRekey?: ((key: Uint8Array) => void) | undefined
  log?: Log | undefined
  /** @param again whether these files were open a moment ago, or were made from those and authenticated page by page */
  open(key: Uint8Array, again: boolean): Opened
}

/**
 * An engine that leaves the store when somebody who changes its keys asks for that, between two calls, and comes back to
 * the files under the next key: calls that are made meanwhile wait for it. Throws as `open` and the entrance do.
 */
export function yieldingEngine(options: YieldingOptions): Engine {
  const { dataDir, write, log } = options
  let key = options.key
  let next: Uint8Array | null = null
  let held: { opened: Opened; presence: Presence } | null = enter(false)
  let active = 0
  let onIdle: (() => void) | null = null
  let away: Promise<void> | null = null
  let closed = false
  const { calls } = held.opened

  function enter(again: boolean) {
    const presence = enterStore(dataDir, write)
    try {
      if (next !== null && opensWith(dataDir, next)) {
        key = next
        options.onRekey?.(key)
      }
      next = null
      return { opened: options.open(key, again), presence }
    } catch (error) {
      presence.leave()
      throw error
    }
  }

  function look(): void {
    if (away !== null || closed || held === null) return
    const told = held.presence.asked()
    if (told === null) return
    try {
      next = new Uint8Array(unseal(storeKeys(key).successor, told, SUCCESSOR))
    } catch {
      log?.error({}, 'somebody asks for the store who has not its key: it is not given up')
      return
    }
    away = stepAside(held).finally(() => {
      away = null
    })
  }

  async function stepAside({ opened, presence }: NonNullable<typeof held>): Promise<void> {
    await opened.rest()
    while (active > 0)
      await new Promise<void>((resolve) => {
        onIdle = resolve
      })
    held = null
    try {
      opened.close(false)
    } finally {
      presence.leave()
    }
    while (isAsked(dataDir)) await pause(BACK_MS)
    try {
      held = enter(true)
    } catch (error) {
      // whoever calls next tries again, and hears of it
      log?.error({ reason: (error as Error).message }, 'the store could not be opened again')
    }
  }

  async function call(name: keyof typeof calls, args: unknown[]): Promise<unknown> {
    look()
    while (away !== null) await away
    held ??= enter(true)
    // nothing may come between the two: who leaves waits for those that are counted
    active++
    try {
      return await (held.opened.calls[name] as (...args: unknown[]) => Promise<unknown>)(...args)
    } finally {
      if (--active === 0) onIdle?.()
    }
  }

  const looking = setInterval(look, LOOK_MS).unref()
  return {
    ...(Object.fromEntries(
      Object.keys(calls).map((name) => [name, (...args: unknown[]) => call(name as keyof typeof calls, args)]),
    ) as unknown as typeof calls),
    async close() {
      clearInterval(looking)
      closed = true
      while (away !== null) await away
      if (held === null) return
      const { opened, presence } = held
      await opened.rest()
      try {
        opened.close(true)
      } finally {
        presence.leave()
      }
    },
  }
}
