import cron from 'node-cron'
import type { Log } from './core/ports.ts'

export interface Schedule {
  name: string
  /** Cron expression with seconds, UTC. */
  cron: string
}

export interface Scheduler {
  /** Runs a job now; `running` where it is at work, and then one more run follows the present one. */
  run(name: string): 'started' | 'running'
  /** At work here, or about to be once more. */
  active(name: string): boolean
  /** ISO 8601 time of the next run by the clock; null where the clock does not run. */
  next(name: string): string | null
  /** Stops the clock and waits for what runs. */
  stop(): Promise<void>
}

/**
 * Runs a schedule. A job never runs twice at once: the clock skips one that is at work, whoever asks for one by hand is
 * given one more run after it.
 * @param run one run to its end; must not reject
 */
export function createScheduler(
  table: readonly Schedule[],
  run: (name: string) => Promise<void>,
  options: { clock: boolean; log: Log },
): Scheduler {
  const working = new Map<string, Promise<void>>()
  const again = new Set<string>()
  let stopped = false

  function start(name: string) {
    const work = (async () => {
      do {
        again.delete(name)
        await run(name)
      } while (again.has(name) && !stopped)
    })()
      .catch((error: unknown) => options.log.error({ job: name, reason: String(error) }, 'a job run broke'))
      .finally(() => working.delete(name))
    working.set(name, work)
  }

  const tasks = new Map(
    options.clock
      ? table.map(({ name, cron: expression }) => [
          name,
          cron.schedule(expression, () => void (working.has(name) || stopped || start(name)), {
            timezone: 'UTC',
            name,
          }),
        ])
      : [],
  )

  return {
    run(name) {
      if (working.has(name)) {
        again.add(name)
        return 'running'
      }
      start(name)
      return 'started'
    },
    active: (name) => working.has(name),
    next: (name) => tasks.get(name)?.getNextRun()?.toISOString() ?? null,
    async stop() {
      stopped = true
      for (const task of tasks.values()) await task.destroy()
      await Promise.all(working.values())
    },
  }
}
