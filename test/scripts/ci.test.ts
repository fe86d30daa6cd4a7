import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '..', '..', '.ci', 'run')

/** Stands for npm: fails at the commands that $FAILING names, and waits for input that must not come. */
const NPM = `#!/bin/sh
cat
case "$*" in $FAILING) exit 1 ;; esac
echo "Tests  7 passed, 1 failed"
`

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'ci-'))
  write('checkout/bin/npm', NPM)
  chmodSync(join(place, 'checkout/bin/npm'), 0o755)
  mkdirSync(join(place, 'checkout/.ci'))
  cpSync(script, join(place, 'checkout/.ci/run'))
})
afterEach(() => rmSync(place, { recursive: true }))

function write(path: string, text: string) {
  mkdirSync(dirname(join(place, path)), { recursive: true })
  writeFileSync(join(place, path), text)
}

function run(failing = '') {
  const PATH = `${join(place, 'checkout/bin')}${delimiter}${process.env.PATH}`
  const options = { cwd: tmpdir(), encoding: 'utf8', input: 'not for the steps\n', timeout: 30_000 } as const
  const env = { ...process.env, PATH, FAILING: failing }
  const { status, stdout } = spawnSync('bash', [join(place, 'checkout/.ci/run')], { ...options, env })
  return { status, lines: stdout.trimEnd().split('\n') }
}

describe.skipIf(process.platform === 'win32')('the whole check', () => {
  it('ends with its own count and success where every step passed', () => {
    const { status, lines } = run()
    expect(lines.at(-1)).toBe('4 passed, 0 failed')
    expect(lines).not.toContain('not for the steps')
    expect(status).toBe(0)
  })

  it('goes on after a step that failed, and names it at the end', () => {
    const { status, lines } = run('*lint*')
    expect(lines.slice(-2)).toEqual(['failed: lint', '3 passed, 1 failed'])
    expect(status).toBe(1)
  })

  it('does not begin what cannot work without a set-up', () => {
    const { status, lines } = run('*setup*')
    expect(lines.slice(-2)).toEqual(['failed: set up', '0 passed, 1 failed'])
    expect(status).toBe(1)
  })

  it('runs each listed black-box check with its arguments, and none that is commented out', () => {
    write('shared/accept/echo.mjs', 'process.stdin.resume(); console.log("got", ...process.argv.slice(2))')
    write('shared/accept/fails.mjs', 'process.exit(1)')
    write('checkout/test/accept.txt', '# a comment\n\n  # another\necho.mjs two words\n#fails.mjs\nfails.mjs 0.9')
    const { status, lines } = run()
    expect(lines).toContain('got two words')
    expect(lines.slice(-2)).toEqual(['failed: accept fails.mjs 0.9', '5 passed, 1 failed'])
    expect(status).toBe(1)
  })

  it('says aloud that there are no black-box checks', () => {
    expect(run().lines.some((line) => line.includes('skipped'))).toBe(true)
  })
})
