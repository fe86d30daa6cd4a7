import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** What is wrong with a note or a key, in a word: not of that form, signed by nobody who is known, or not by whom it says. */
export type NoteFault = 'malformed' | 'unknown key' | 'bad signature'

/** Why a note is not to be trusted. The message quotes nothing of it but the name of a key. */
export class NoteError extends Error {
  readonly fault: NoteFault

  constructor(fault: NoteFault, message: string) {
    super(message)
    this.name = 'NoteError'
    this.fault = fault
  }
}

export interface NoteSigner {
  name: string
  /** First 32 bits of SHA-256(name ‖ LF ‖ 0x01 ‖ public key). */
  keyId: number
  /** The public key as others are given it: `name+keyId+base64(0x01 ‖ key)`. */
  vkey: string
  /** The signed note of a text that ends with a line break. Throws NoteError. */
  sign(text: string): string
}

export interface NoteVerifier {
  name: string
  keyId: number
  verify(text: string, signature: Uint8Array): boolean
}

export interface OpenedNote {
  /** The signed text, with its last line break. */
  text: string
  /** Those that were checked and are right; at least one. */
  signatures: { name: string; keyId: number }[]
}

/** Signature type of Ed25519 (C2SP signed-note). */
const ED25519 = 1
/** DER of a PKCS #8 Ed25519 key up to its seed (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** DER of a public Ed25519 key up to the key (RFC 8410, section 4). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const KEY_BYTES = 32
const ID_BYTES = 4
const SIGNATURE_BYTES = 64
/** A note beyond these is none of a checkpoint: whoever sends it wants to be read for long. */
const MOST_CHARACTERS = 1_000_000
const MOST_SIGNATURES = 100
/** Characters of foreign names that a message quotes at most. */
const SHOWN = 120

/**
 * Signs notes (C2SP signed-note, Ed25519).
 * @param seed 32 bytes, the private key of RFC 8032
 * Throws NoteError where the name is none.
 */
export function noteSigner(name: string, seed: Uint8Array): NoteSigner {
  if (!isKeyName(name)) throw new NoteError('malformed', 'a key name is not empty, and has no white space and no +')
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = publicKeyOf(seed)
  const keyId = keyIdOf(name, publicKey)
  return {
    name,
    keyId,
    vkey: `${name}+${hexOf(keyId)}+${Buffer.from([ED25519, ...publicKey]).toString('base64')}`,
    sign(text) {
      if (!isText(text))
        throw new NoteError('malformed', 'the text of a note is whole lines without control characters')
      const signature = Buffer.concat([Buffer.from(hexOf(keyId), 'hex'), sign(null, Buffer.from(text), key)])
      return `${text}\n— ${name} ${signature.toString('base64')}\n`
    },
  }
}

/** The public key of a seed, 32 bytes. */
export function publicKeyOf(seed: Uint8Array): Uint8Array {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length))
}

/** Checks signatures of the key that a `vkey` line gives. Throws NoteError: malformed. */
export function noteVerifier(vkey: string): NoteVerifier {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/u.exec(vkey) ?? []
  const bytes = strictBase64(encoded)
  if (!isKeyName(name) || bytes === null)
    throw new NoteError('malformed', 'a verifier key is NAME+KEYID+BASE64: 8 hexadecimal digits, then the public key')
  if (bytes[0] !== ED25519 || bytes.length !== 1 + KEY_BYTES)
    throw new NoteError('malformed', `the verifier key ${name} is none of Ed25519`)
  const raw = bytes.subarray(1)
  const keyId = keyIdOf(name, raw)
  if (hexOf(keyId) !== id) throw new NoteError('malformed', `the verifier key ${name} does not agree with its own id`)
  const key: KeyObject = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' })
  return {
    name,
    keyId,
    verify: (text, signature) =>
      signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), key, signature),
  }
}

/**
 * The text of a note, once a signature of one of the verifiers was found on it and none of theirs is wrong. Signatures of
 * keys that nobody knows are passed over, as the form of a note asks. Throws NoteError.
 */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, lines } = parted(note)
  const signatures: OpenedNote['signatures'] = []
  const names: string[] = []
  for (const { name, keyId, signature } of lines) {
    names.push(name)
    const verifier = verifiers.find((one) => one.name === name && one.keyId === keyId)
    if (verifier === undefined || signatures.some((one) => one.name === name && one.keyId === keyId)) continue
    if (!verifier.verify(text, signature))
      throw new NoteError('bad signature', `the signature of ${name} does not fit the text: one of them was changed`)
    signatures.push({ name, keyId })
  }
  if (signatures.length === 0)
    throw new NoteError(
      'unknown key',
      `the note is signed by ${names.join(', ').slice(0, SHOWN)}, and by no key that is known here`,
    )
  return { text, signatures }
}

/** Whether a text may name a key: not empty, printable, without white space and `+`. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s+\p{Cc}\p{Cf}]/u.test(name)
}

/** Text and signature lines. The last blank line parts them: a text may hold others. */
function parted(note: string) {
  const malformed = (what: string) => new NoteError('malformed', `this is no signed note: ${what}`)
  if (note.length > MOST_CHARACTERS) throw malformed('it is too long')
  if (!isText(note)) throw malformed('it is not whole lines of text')
  const end = note.lastIndexOf('\n\n')
  if (end < 0) throw malformed('no blank line parts text and signatures')
  const text = note.slice(0, end + 1)
  const block = note.slice(end + 2, -1).split('\n')
  if (block.length > MOST_SIGNATURES) throw malformed(`it has more than ${MOST_SIGNATURES} signatures`)
  const lines = block.map((line) => {
    const [, name = '', encoded = ''] = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u.exec(line) ?? []
    const bytes = strictBase64(encoded)
    if (!isKeyName(name) || bytes === null || bytes.length <= ID_BYTES)
      throw malformed('a signature line is not "— NAME BASE64"')
    return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(ID_BYTES) }
  })
  return { text, lines }
}

const isText = (text: string): boolean => text.endsWith('\n') && text.isWellFormed() && !/(?!\n)\p{Cc}/u.test(text)

function keyIdOf(name: string, publicKey: Uint8Array): number {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest()
    .readUInt32BE(0)
}

const hexOf = (keyId: number): string => keyId.toString(16).padStart(8, '0')

/** Bytes of a base64 text (RFC 4648, section 4, padded); null where it is not the one way to write them, or empty. */
export function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null
}
