/**
 * What a first Ctrl-C asks a command to do: to end in good order. A second one ends the process.
 * @returns `over` to be called when the work is done
 */
export function interruption(): { signal: AbortSignal; over(): void } {
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  return { signal: stop.signal, over: () => void process.off('SIGINT', interrupt) }
}
