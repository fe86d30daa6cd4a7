import { execSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type Config, variable } from '../config.ts'
import { Problem } from '../core/problem.ts'
import type { MasterKey } from '../encryption/wrapped-keys.ts'
import { awsKms, type Kms } from '../senders/aws-kms.ts'
import { decodedKey, keyIn } from './key-file.ts'
import { isSafeUrl } from './safe-url.ts'
import { systemClock } from './system-clock.ts'

/** Where the master key comes from: a KMS before a command before a variable before a file. */
export type KeySource = Pick<Config, 'key_kms' | 'key_kms_endpoint' | 'key_command' | 'key_variable' | 'key_file'>

const BYTES = 32
const COMMAND_MS = 30_000
const KMS_MS = 10_000

/**
 * A master key to wrap secrets under: made, and encrypted by the KMS, where there is one; made where its file is absent.
 * Throws Problem CONFIG_INVALID, which quotes no secret.
 */
export async function masterToWrap(source: KeySource): Promise<MasterKey> {
  if (source.key_kms === '') return { key: keyOf(source, true) }
  const key = new Uint8Array(randomBytes(BYTES))
  return { key, sealed: await kmsOf(source).encrypt(key, new AbortController().signal) }
}

/**
 * The master key that secrets were wrapped under.
 * Throws Problem CONFIG_INVALID, which quotes no secret; a key file is never made.
 * @param sealed what a KMS made of it; null where none did
 */
export async function masterToOpen(source: KeySource, sealed: Uint8Array | null): Promise<Uint8Array> {
  if (source.key_kms === '') {
    if (sealed !== null)
      throw new Problem('CONFIG_INVALID', 'the secrets are wrapped under a key of AWS KMS: give its ARN by --key-kms')
    return keyOf(source, false)
  }
  if (sealed === null)
    throw new Problem(
      'CONFIG_INVALID',
      'key_kms is set, and the secrets were not wrapped under a key of AWS KMS: start with the master key that they are ' +
        'under, and `undercurrent keys rewrap --to-key-kms` puts them there',
    )
  const key = await kmsOf(source).decrypt(sealed, new AbortController().signal)
  if (key.length !== BYTES) throw new Problem('CONFIG_INVALID', `key_kms: what was decrypted holds no ${BYTES} bytes`)
  return key
}

/** The source that counts, in words that follow *from*. */
export const sourceOf = ({ key_kms, key_command, key_variable, key_file }: KeySource): string =>
  key_kms !== ''
    ? `AWS KMS, ${key_kms}`
    : key_command !== ''
      ? 'key_command'
      : key_variable !== ''
        ? `the variable ${key_variable}`
        : key_file

/** @param make whether a file without a key gets one: never where something was sealed under another */
function keyOf({ key_command, key_variable, key_file }: KeySource, make: boolean): Uint8Array {
  if (key_command !== '') return decodedKey(outputOf(key_command), 'what key_command prints')
  if (key_variable !== '') {
    const value = variable(key_variable)
    if (value === undefined)
      throw new Problem('CONFIG_INVALID', `key_variable names ${key_variable}, which is not in the environment`)
    return decodedKey(value, `the variable ${key_variable}`)
  }
  if (!make && !existsSync(key_file))
    throw new Problem(
      'CONFIG_INVALID',
      `there is no key file ${key_file}, without which this data directory cannot be opened: put the original back`,
    )
  return keyIn(key_file, '--key-file')
}

/** What a command prints. Neither the command nor what it says is quoted: both may hold secrets. */
function outputOf(command: string): string {
  try {
    return execSync(command, {
      encoding: 'utf8',
      timeout: COMMAND_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 65_536,
    })
  } catch (error) {
    const { status, signal } = error as { status?: number | null; signal?: string | null }
    const how = typeof status === 'number' ? `ended with ${status}` : `was ended (${signal ?? 'not started'})`
    throw new Problem('CONFIG_INVALID', `key_command ${how}: it must print 32 bytes in base64 and end with 0`)
  }
}

function kmsOf({ key_kms, key_kms_endpoint }: KeySource): Kms {
  const token = variable('AWS_SESSION_TOKEN')
  return awsKms({
    key: key_kms,
    ...(key_kms_endpoint === '' ? {} : { endpoint: endpointOf(key_kms_endpoint) }),
    credentials: () => ({
      accessKeyId: credential('AWS_ACCESS_KEY_ID'),
      secretAccessKey: credential('AWS_SECRET_ACCESS_KEY'),
      ...(token === undefined || token === '' ? {} : { sessionToken: token }),
    }),
    now: () => systemClock.now(),
    // within a VPC the public name, too, leads to a private address
    allowPrivate: true,
    timeoutMs: KMS_MS,
  })
}

function credential(name: string): string {
  const value = variable(name)
  if (value === undefined || value === '') throw new Problem('CONFIG_INVALID', `key_kms needs credentials: set ${name}`)
  return value
}

/** The answer to Decrypt is the master key: it travels over TLS, or does not leave the machine. */
function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !isSafeUrl(url) || url.pathname !== '/' || url.search !== '')
    throw new Problem('CONFIG_INVALID', 'key_kms_endpoint must be an https URL of a host, without a path')
  return url
}
