import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '../../src/encryption/wrapped-keys.ts'
import { decodedKey } from '../../src/roof/key-file.ts'
import { wrappedKeysFile } from '../../src/roof/secrets.ts'

const entry = join(import.meta.dirname, '..', '..', 'dist', 'src', 'commands', 'run.js')

export interface Answer<T = Record<string, unknown>> {
  status: number
  text: string
  json: T
  headers: Headers
}

/** A data directory of its own, under a folder that also holds its key. */
export function aFolder(): string {
  return join(mkdtempSync(join(tmpdir(), 'uc-story-')), 'var')
}

/** What the store of a data directory is encrypted under. */
export const keyOf = (dataDir: string, keyFile = `${dataDir}.key`): Uint8Array =>
  unwrap(readFileSync(wrappedKeysFile(dataDir), 'utf8'), decodedKey(readFileSync(keyFile, 'utf8'), 'the key file'))
    .store

export function discard(dataDir: string) {
  rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 })
}

/** The built command line, as a user runs it. */
export function cli(
  dataDir: string,
  args: readonly string[],
  input?: string | Uint8Array,
  env: Record<string, string> = {},
) {
  const run = spawnSync(process.execPath, [entry, ...args, '--data-dir', dataDir], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    // a settings file of whoever runs the tests is not ours
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    ...(input === undefined ? {} : { input }),
  })
  return { code: run.status, out: run.stdout, err: run.stderr }
}

/** The built command line as a process that a test may kill; `output` is all it wrote. */
export function child(dataDir: string, args: readonly string[], env: Record<string, string> = {}) {
  const started = spawn(process.execPath, [entry, ...args, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: tmpdir(),
    env: { ...process.env, ...env },
  })
  let output = ''
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  const ended = new Promise<number | null>((resolve) => started.once('exit', (code) => resolve(code)))
  return { process: started as ChildProcess, ended, output: () => output }
}

export interface Served {
  dataDir: string
  pid: number
  address: string
  /** Everything that it wrote to its outputs so far. */
  output(): string
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    options?: { key?: string | null; type?: string; headers?: Record<string, string> },
  ): Promise<Answer<T>>
  /** Runs a job and waits for its end. */
  job(name: string): Promise<void>
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Its exit code, once it has ended; null where a signal ended it. */
  ended: Promise<number | null>
}

/** Starts the built service on a free port. The admin key is made by the command line, once per data directory. */
export async function served(
  dataDir: string,
  key: string,
  flags: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Served> {
  const { process: started, ended, output } = child(dataDir, ['serve', '--port', '0', ...flags], env)
  const address = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /listens on (\S+)/.exec(output())
      if (found !== null) resolve(found[1]!)
    }
    started.stderr?.on('data', look)
    void ended.then((code) => reject(new Error(`serve ended with ${code}: ${output().slice(-2000)}`)))
  })

  const self: Served = {
    dataDir,
    pid: started.pid!,
    address,
    output,
    async call(method, path, body, options = {}) {
      const bearer = options.key === undefined ? key : options.key
      const raw = typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(`${address}${path}`, {
        method,
        headers: {
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': options.type ?? 'application/json' }),
          ...options.headers,
        },
        ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      })
      const text = await response.text()
      let json: unknown
      try {
        json = JSON.parse(text)
      } catch {
        json = undefined
      }
      return { status: response.status, text, json: json as never, headers: response.headers }
    },
    async job(name) {
      const find = async () => {
        const { json } = await self.call<{
          items: { name: string; running: boolean; last_run: { started_at: string; outcome: string } | null }[]
        }>('GET', '/v1/jobs')
        return json.items.find((one) => one.name === name)
      }
      const before = (await find())?.last_run?.started_at
      await self.call('POST', `/v1/jobs/${name}/run`)
      for (;;) {
        const now = await find()
        if (now !== undefined && !now.running && now.last_run !== null && now.last_run.started_at !== before) {
          if (now.last_run.outcome !== 'done')
            throw new Error(`${name} ended as ${now.last_run.outcome}: ${output().slice(-2000)}`)
          return
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async kill(signal = 'SIGTERM') {
      started.kill(signal)
      await ended
    },
    ended,
  }
  return self
}

/** A key made by the command line. */
export function aKey(dataDir: string, role: string, more: readonly string[] = []): string {
  const made = cli(dataDir, ['keys', 'create', '--role', role, '--json', ...more])
  if (made.code !== 0) throw new Error(made.err)
  return (JSON.parse(made.out) as { key: string }).key
}
