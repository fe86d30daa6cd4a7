/** CPU time of this process for a call, in milliseconds: other work on the machine adds little to it. */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
