import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Key, type Read, ROLES, type Role, TEXT_ROLES } from '../core/key.ts'
import type { Clock, Engine, Json, Log, StoredRecord } from '../core/ports.ts'
import { Problem } from '../core/problem.ts'
import { DAY, formatTime, MINUTE, type Micros, parseTime, parseWhen } from '../core/window.ts'
import { allRecords } from './all-records.ts'

/**
 * API keys: `uc_`, 256 random bits and a CRC-32, in base 62. The check digits tell a mistyped key without a look-up.
 * Only the SHA-256 of a key is kept: of 256 random bits nothing can be guessed back, so no salt and no slow hash is
 * needed. Its first digits are the key's id, so one read by id finds it, and the whole hash is then compared.
 */

const PREFIX = 'uc_'
const SECRET_BYTES = 32
/** 62^43 > 2^256 and 62^6 > 2^32. */
const SECRET_DIGITS = 43
const CHECK_DIGITS = 6
const SHAPE = new RegExp(`^${PREFIX}([0-9A-Za-z]{${SECRET_DIGITS}})([0-9A-Za-z]{${CHECK_DIGITS}})$`)
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID_DIGITS = 16

export interface KeyParts {
  engine: Pick<Engine, 'records' | 'putRecords'>
  clock: Clock
}

export interface KeyAsk {
  role: Role
  /** Binds the key to one tenant: it reads and writes nothing else. */
  tenant_id?: string
  /** `metadata` keeps the texts of events from a role that would see them; `text` where such a role says nothing. */
  read?: Read
  /** Lifetime such as `90d`, or the ISO 8601 time at which it ends. Without it the key does not expire. */
  expires?: string
}

type StoredKey = Key & { hash: string }

/**
 * Makes a key and stores its hash. `key` is in the answer and nowhere else.
 * Throws BAD_REQUEST where the role is unknown or sees no texts and is to, the expiry no future time, or the tenant empty
 * or something that must not be stored as it is (an e-mail address): its pseudonym can be given instead.
 */
export async function createKey(
  { engine, clock, redactor }: KeyParts & { redactor: { identifier(field: string, value: string): string } },
  ask: KeyAsk,
): Promise<Key & { key: string }> {
  if (!ROLES.includes(ask.role)) throw new Problem('BAD_REQUEST', `role must be one of ${ROLES.join(', ')}`)
  if (ask.read === 'text' && !TEXT_ROLES.includes(ask.role))
    throw new Problem('BAD_REQUEST', `a key with the role ${ask.role} sees no texts; ${TEXT_ROLES.join(' and ')} do`)
  if (ask.tenant_id !== undefined && !/^.{1,512}$/su.test(ask.tenant_id))
    throw new Problem('BAD_REQUEST', 'tenant must have 1 to 512 characters')
  if (ask.tenant_id !== undefined && redactor.identifier('tenant_id', ask.tenant_id) !== ask.tenant_id)
    throw new Problem('BAD_REQUEST', 'tenant is personal data; give the pseudonym under which its events are stored')
  const now = clock.now()
  const expires = ask.expires === undefined ? null : expiryOf(ask.expires, now)
  const { text, ...key } = drawn(
    {
      role: ask.role,
      tenant_id: ask.tenant_id ?? null,
      read: ask.read ?? readOf(ask.role),
      expires_at: expires === null ? null : formatTime(expires),
      replaces: null,
    },
    now,
  )
  await put(engine, [[key, 0]])
  return { ...shown(key), key: text }
}

/**
 * Makes the next key of one that is in use, with its role, tenant and reading, and lets the former one end after the
 * overlap, unless it ends before; both or neither. The next one lives as long as the former was made to, or as is asked for.
 * Throws NOT_FOUND, CONFLICT where the key has ended, BAD_REQUEST for an overlap or a lifetime that is none.
 */
export async function rotateKey(
  { engine, clock }: KeyParts,
  id: string,
  ask: { overlap: string; expires?: string },
): Promise<Key & { key: string }> {
  for (;;) {
    const record = await keyRecord(engine, id)
    const former = stored(record)
    const now = clock.now()
    if (!isLive(former, now)) throw new Problem('CONFLICT', 'this key has ended; make a new one')
    const overlap = overlapOf(ask.overlap, now)
    const made = parseTime(former.created_at) ?? now
    const ends = former.expires_at === null ? null : (parseTime(former.expires_at) ?? now)
    const lifetime = ends === null ? null : now + (ends - made)
    const expires = ask.expires === undefined ? lifetime : expiryOf(ask.expires, now)
    const { role, tenant_id, read } = former
    const { text, ...next } = drawn(
      { role, tenant_id, read, expires_at: expires === null ? null : formatTime(expires), replaces: id },
      now,
    )
    const ending = { ...former, expires_at: formatTime(Math.min(ends ?? MAX_TIME, now + overlap)) }
    const written = await put(engine, [
      [next, 0],
      [ending, record.version],
    ])
    // a note of use may come between: then what stands there is read again
    if (written === 'stored') return { ...shown(next), key: text }
  }
}

/** A key of these rights that nobody has seen yet, with its text. */
function drawn(
  rights: Pick<Key, 'role' | 'tenant_id' | 'read' | 'expires_at' | 'replaces'>,
  now: Micros,
): StoredKey & { text: string } {
  const text = keyText(randomBytes(SECRET_BYTES))
  const hash = hashOf(text)
  return { id: idOf(hash), ...rights, created_at: formatTime(now), revoked_at: null, last_used_at: null, hash, text }
}

/** Every key, newest first, revoked and expired ones too. */
export async function listKeys({ engine }: { engine: Pick<Engine, 'records'> }): Promise<Key[]> {
  return (await allRecords(engine, 'key')).map((record) => shown(stored(record)))
}

/** A key by its id, whether it has ended or not. Throws NOT_FOUND where there is no such key. */
export async function keyOfId({ engine }: { engine: Pick<Engine, 'records'> }, id: string): Promise<Key> {
  return shown(stored(await keyRecord(engine, id)))
}

/** Ends a key for good; one that has ended stays as it was. Throws NOT_FOUND where there is no such key. */
export async function revokeKey({ engine, clock }: KeyParts, id: string): Promise<Key> {
  for (;;) {
    const record = await keyRecord(engine, id)
    const key = stored(record)
    if (key.revoked_at !== null) return shown(key)
    const revoked = { ...key, revoked_at: formatTime(clock.now()) }
    // a note of use may come between: then what stands there is read again
    if ((await put(engine, [[revoked, record.version]])) === 'stored') return shown(revoked)
  }
}

/**
 * The key that this text is, or null where it is none, revoked or expired. Reads the store, so a key that another
 * process made or revoked counts at once. The use is noted at most once a minute and without making anybody wait for it.
 */
export async function authenticate({ engine, clock, log }: KeyParts & { log: Log }, text: string): Promise<Key | null> {
  if (!isKeyText(text)) return null
  const hash = hashOf(text)
  const record = await find(engine, idOf(hash))
  if (record === undefined) return null
  const key = stored(record)
  if (!timingSafeEqual(Buffer.from(key.hash, 'hex'), Buffer.from(hash, 'hex'))) return null
  const now = clock.now()
  if (!isLive(key, now)) return null
  if (key.last_used_at === null || now - (parseTime(key.last_used_at) ?? 0) >= MINUTE)
    // the expected version keeps this from undoing a revocation; losing the race loses nothing
    put(engine, [[{ ...key, last_used_at: formatTime(now) }, record.version]]).catch((error: unknown) =>
      log.warn({ key_id: key.id, reason: error instanceof Problem ? error.code : 'unknown' }, 'use of key not noted'),
    )
  return shown(key)
}

/** Neither revoked nor expired. */
export function isLive(key: Key, now: Micros): boolean {
  return key.revoked_at === null && (key.expires_at === null || now < (parseTime(key.expires_at) ?? 0))
}

/** Whether a text has the shape of a key and its check digits are right. No secret is consulted. */
export function isKeyText(text: string): boolean {
  const parts = SHAPE.exec(text)
  return parts !== null && checkOf(parts[1]!) === parts[2]
}

/** The id that a key of this text has, whether there is one or not; null where the text has not the shape of a key. */
export function keyIdOf(text: string): string | null {
  return isKeyText(text) ? idOf(hashOf(text)) : null
}

/** SHA-256 of a key's text, hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function idOf(hash: string): string {
  return `key_${hash.slice(0, ID_DIGITS)}`
}

function keyText(secret: Uint8Array): string {
  const digits = base62(BigInt(`0x${Buffer.from(secret).toString('hex')}`), SECRET_DIGITS)
  return PREFIX + digits + checkOf(digits)
}

function checkOf(digits: string): string {
  return base62(BigInt(crc32(digits)), CHECK_DIGITS)
}

function base62(n: bigint, length: number): string {
  let text = ''
  for (let rest = n; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text
  return text
}

function expiryOf(text: string, now: Micros): Micros {
  const at = parseWhen(text, now)
  // parseWhen reads `90d` as an age; a lifetime is as long, the other way
  const until = at === null ? null : /^\d+(\.\d+)?\s*[smhdw]$/.test(text) ? now + (now - at) : at
  if (until === null || until <= now || until > MAX_TIME)
    throw new Problem('BAD_REQUEST', 'expires must be a lifetime such as 90d, or an ISO 8601 time in the future')
  return until
}

/** Micros of an overlap such as `24h`; `0s` ends the former key at once. */
function overlapOf(text: string, now: Micros): Micros {
  const at = /^\d+(\.\d+)?\s*[smhdw]$/.test(text) ? parseWhen(text, now) : null
  if (at === null || now - at > MAX_OVERLAP)
    throw new Problem('BAD_REQUEST', 'overlap must be a time such as 24h, 90 days at most')
  return now - at
}

const MAX_OVERLAP: Micros = 90 * DAY

/** Year 2255, where microseconds stop being exact. */
const MAX_TIME: Micros = Number.MAX_SAFE_INTEGER

async function find(engine: Pick<Engine, 'records'>, id: string): Promise<StoredRecord | undefined> {
  return (await engine.records('key', { ids: [id] }, { order: 'ts', limit: 1 }))[0]
}

/** Throws NOT_FOUND. */
async function keyRecord(engine: Pick<Engine, 'records'>, id: string): Promise<StoredRecord> {
  const record = await find(engine, id)
  if (record === undefined) throw new Problem('NOT_FOUND', 'there is no key with this id')
  return record
}

/** Keys with the versions that must stand there; all or none. */
async function put(engine: KeyParts['engine'], keys: readonly (readonly [StoredKey, number])[]) {
  return await engine.putRecords(
    keys.map(([key, expect]) => {
      const { id, tenant_id, created_at } = key
      const at = { kind: 'key', id, ts: parseTime(created_at) ?? 0, entity: null, tenant_id, rank: null }
      return { record: { ...at, body: key as unknown as Json }, expect }
    }),
  )
}

const readOf = (role: Role): Read => (TEXT_ROLES.includes(role) ? 'text' : 'metadata')

/** Keys of before the two readings saw what their role sees. */
function stored(record: StoredRecord): StoredKey {
  const key = record.body as unknown as Omit<StoredKey, 'read' | 'replaces'> & Partial<StoredKey>
  return { ...key, read: key.read ?? readOf(key.role), replaces: key.replaces ?? null }
}

function shown({ hash: _, ...key }: StoredKey): Key {
  return key
}
