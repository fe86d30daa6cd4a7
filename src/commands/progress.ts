import cliProgress from 'cli-progress'

export interface ProgressBar {
  update(done: number, total: number): void
  stop(): void
}

/** A bar on a terminal's standard error; silent elsewhere, so that logs of scripts stay short. */
export function progressBar(title: string, unit = ''): ProgressBar {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} }
  const bar = new cliProgress.SingleBar({
    format: `${title.padEnd(12)} {bar} {percentage}% {value}/{total}${unit === '' ? '' : ` ${unit}`} {duration_formatted} (left {eta_formatted})`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
    hideCursor: true,
  })
  let begun = false
  return {
    update(done, total) {
      if (!begun) bar.start(total, done)
      begun = true
      bar.setTotal(total)
      bar.update(done)
    },
    stop() {
      if (begun) bar.stop()
      begun = false
    },
  }
}
