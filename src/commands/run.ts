#!/usr/bin/env node
// imports nothing of ours before Node is known to understand it

/** As `engines` of package.json says. */
const OLDEST = [20, 19] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `undercurrent: Node ${process.versions.node} is too old: undercurrent needs ${OLDEST.join('.')} or newer\n`,
  )
  process.exitCode = 1
} else {
  try {
    const { lastWords } = await import('../roof/last-words.ts')
    // Node itself would quote the error with all its properties
    process.on('uncaughtException', (error) => {
      process.stderr.write(`undercurrent: unexpected: ${lastWords(error)}\n`)
      process.exit(1)
    })
    const { run } = await import('./program.ts')
    process.exitCode = await run(process.argv)
  } catch (error) {
    process.stderr.write(`undercurrent: ${String(error)}\n`)
    process.exitCode = 1
  }
}
