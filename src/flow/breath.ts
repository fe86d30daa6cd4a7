/** Lets whoever shares the thread have a turn. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
