import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkpointText, parseCheckpoint } from '../../src/ledger/checkpoint.ts'
import { NoteError, noteSigner, noteVerifier, openNote } from '../../src/ledger/note.ts'
import { KEY_NAME, NOTES, ROOTS, SAMPLE, SEED, VKEY } from './published.ts'

const signer = noteSigner(KEY_NAME, SEED)
const verifier = noteVerifier(VKEY)
const textOf = (size: number) => checkpointText({ origin: KEY_NAME, size, root: Buffer.from(ROOTS[size]!, 'hex') })

function faultOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof NoteError) return error.fault
    throw error
  }
  return 'none'
}

it('signs checkpoints as published, byte by byte, and reads them again', () => {
  expect(signer.vkey).toBe(VKEY)
  for (const [size, note] of NOTES) {
    expect(signer.sign(textOf(size))).toBe(note)
    const { text, signatures } = openNote(note, [verifier])
    expect(signatures).toEqual([{ name: KEY_NAME, keyId: signer.keyId }])
    const read = parseCheckpoint(text)
    expect(read).toEqual({
      origin: KEY_NAME,
      size,
      root: new Uint8Array(Buffer.from(ROOTS[size]!, 'hex')),
      extensions: [],
    })
  }
})

it("reads the specification's own sample", () => {
  expect(openNote(SAMPLE.note, [noteVerifier(SAMPLE.vkey)]).text).toBe('This is an example message.\n')
})

it('keeps lines of a checkpoint that it does not know', () => {
  const text = checkpointText({ ...parseCheckpoint(textOf(3)), extensions: ['Timestamp: 1', 'x'] })
  expect(parseCheckpoint(text)).toMatchObject({ size: 3, extensions: ['Timestamp: 1', 'x'] })
  expect(openNote(signer.sign(text), [verifier]).text).toBe(text)
})

it('passes over the signature of a stranger beside one that is known, and takes a text with blank lines', () => {
  const text = 'a\n\n— b c\n\nd\n'
  const own = signer.sign(text).slice(text.length + 1)
  const foreign = noteSigner('stranger', Buffer.alloc(32, 9)).sign(text)
  expect(openNote(foreign + own, [verifier])).toEqual({ text, signatures: [{ name: KEY_NAME, keyId: signer.keyId }] })
  expect(faultOf(() => openNote(foreign, [verifier]))).toBe('unknown key')
  // the same name with another key is a stranger too
  expect(faultOf(() => openNote(noteSigner(KEY_NAME, Buffer.alloc(32, 9)).sign(text), [verifier]))).toBe('unknown key')
  expect(faultOf(() => openNote(foreign + own, []))).toBe('unknown key')
})

it('takes no note of which any bit was changed', () => {
  const note = Buffer.from(signer.sign(textOf(8)))
  for (let bit = 0; bit < note.length * 8; bit++) {
    const copy = Buffer.from(note)
    copy[bit >> 3]! ^= 1 << (bit & 7)
    expect(faultOf(() => openNote(copy.toString(), [verifier]))).not.toBe('none')
  }
})

it('names a changed text, a changed signature and no note at all for what they are', () => {
  const [, note] = NOTES[3]!
  expect(faultOf(() => openNote(note.replace('\n8\n', '\n9\n'), [verifier]))).toBe('bad signature')
  for (const broken of [
    '',
    '\n',
    textOf(8),
    note.slice(0, -1),
    note.replace('— ', '- '),
    note.replace(/ [^ ]+$/, ' %%%%\n'),
    note.replace('\n8\n', '\n8\r\n'),
    `${note}\n`,
    note.replace(KEY_NAME, '\ud800'),
    'x'.repeat(1_000_001),
  ])
    expect(faultOf(() => openNote(broken, [verifier]))).toBe('malformed')
})

it('never fails otherwise, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(200), (noise, at) => {
      const note = NOTES[2]![1]
      const fault = faultOf(() => openNote(note.slice(0, at) + noise + note.slice(at), [verifier]))
      expect(fault === 'none').toBe(noise === '')
      faultOf(() => openNote(noise, [verifier]))
      faultOf(() => parseCheckpoint(noise))
      faultOf(() => noteVerifier(noise))
    }),
  )
})

it('takes no key whose id is not its own, of another kind, or without a name', () => {
  expect(faultOf(() => noteVerifier(VKEY.replace('b65465db', 'b65465dc')))).toBe('malformed')
  expect(faultOf(() => noteVerifier(VKEY.replace('+AQ', '+Ag')))).toBe('malformed')
  expect(faultOf(() => noteVerifier(VKEY.replace(KEY_NAME, 'a b')))).toBe('malformed')
  expect(faultOf(() => noteVerifier(VKEY.slice(0, -4)))).toBe('malformed')
  expect(faultOf(() => noteVerifier(`${VKEY}\n`))).toBe('malformed')
  for (const name of ['', 'a b', 'a+b', 'a\n', '\u200f', '\ud800'])
    expect(faultOf(() => noteSigner(name, SEED))).toBe('malformed')
  for (const text of ['', 'a', 'a\r\n', 'a\t\n', '\ud800\n']) expect(faultOf(() => signer.sign(text))).toBe('malformed')
})

it('reads a checkpoint in one way alone', () => {
  const [origin, size, root] = textOf(8).split('\n') as [string, string, string]
  for (const lines of [
    ['', size, root],
    [origin, '08', root],
    [origin, '+8', root],
    [origin, '-1', root],
    [origin, '8.0', root],
    [origin, '', root],
    [origin, '9007199254740993', root],
    [origin, size, root.slice(0, -1)],
    [origin, size, `${root} `],
    [origin, size, Buffer.alloc(31).toString('base64')],
    // bits beyond the last byte
    [origin, size, root.replace('KA=', 'KB=').replace('Qyg=', 'Qyh=')],
    [origin, size],
    [origin, size, root, ''],
    [origin, size, root, '', 'x'],
  ])
    expect(faultOf(() => parseCheckpoint(`${lines.join('\n')}\n`))).toBe('malformed')
  expect(faultOf(() => parseCheckpoint(textOf(8).slice(0, -1)))).toBe('malformed')
})
