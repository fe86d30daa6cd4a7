/** Some work: `run` returns how much it was (texts, events, queries); `before` is not counted. */
export interface Task {
  before?(): Promise<unknown> | unknown
  run(): Promise<number> | number
}

/**
 * Runs tasks in turn, round after round, so that whatever slows the machine down slows all of them.
 * One round before the first is not counted.
 * @returns of each task, the work per CPU-second (all threads of this process) of each round
 */
export async function compare<Name extends string>(
  rounds: number,
  tasks: Readonly<Record<Name, Task>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries(tasks) as [Name, Task][]
  const rates = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of entries) {
      await task.before?.()
      const begun = process.cpuUsage()
      const work = await task.run()
      const { user, system } = process.cpuUsage(begun)
      if (round > 0) rates[name].push(work / ((user + system) / 1e6))
    }
  }
  return rates
}

/** Median of the ratios of rounds that lay side by side. */
export function ratioOf(ours: readonly number[], peer: readonly number[]): number {
  return medianOf(ours.map((rate, round) => rate / (peer[round] ?? Number.NaN)))
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** CPU-ms of one piece of work at a rate per CPU-second. */
export const msAt = (rates: readonly number[]): number => 1_000 / medianOf(rates)
