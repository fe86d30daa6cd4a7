#!/usr/bin/env node
/**
 * Stand-alone verifier of Undercurrent's ledger. One file, nothing but Node (20 or newer): read it, then run it.
 *
 *   node verify.mjs FILE [--checkpoint NOTE-FILE]... [--key VKEY] [--json]
 *
 * FILE is a ledger file (undercurrent verify --export FILE) or a case file (undercurrent case). A checkpoint that you kept
 * yourself is what makes the answer worth something: whoever holds the service holds its key as well.
 * Exit code: 0 nothing wrong, 3 something was found, 2 a file or an argument cannot be used. See README.md beside it.
 */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs'

// ── Hashes and proofs: RFC 6962, section 2.1; verification as in RFC 9162, sections 2.1.3.2 and 2.1.4.2 ──

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()
export const leafHash = (data) => sha256(Buffer.of(0), data)
export const nodeHash = (left, right) => sha256(Buffer.of(1), left, right)
const same = (a, b) => a !== null && b !== null && Buffer.compare(a, b) === 0
const half = (n) => Math.floor(n / 2)
const odd = (n) => n % 2 === 1
const areHashes = (hashes) =>
  Array.isArray(hashes) && hashes.every((one) => one instanceof Uint8Array && one.length === 32)
const isSize = (n) => Number.isSafeInteger(n) && n >= 0

/** Whether the leaf is entry `index` of the tree of `size` leaves with this root. Anything malformed is false. */
export function verifyInclusion({ index, size, leaf, hashes, root }) {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes(hashes) || !areHashes([leaf, root])) return false
  let [at, last, hash] = [index, size - 1, leaf]
  for (const sibling of hashes) {
    if (last === 0) return false
    if (odd(at) || at === last) {
      hash = nodeHash(sibling, hash)
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && same(hash, root)
}

/** Whether the tree of `to` leaves begins with the tree of `from` leaves. Anything malformed is false. */
export function verifyConsistency({ from, to, hashes, fromRoot, toRoot }) {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes(hashes) || !areHashes([fromRoot, toRoot])) return false
  if (from === to) return hashes.length === 0 && same(fromRoot, toRoot)
  if (from === 0) return hashes.length === 0 && same(fromRoot, sha256())
  let [at, last] = [from - 1, to - 1]
  while (odd(at)) [at, last] = [half(at), half(last)]
  const path = at === 0 ? [fromRoot, ...hashes] : [...hashes]
  if (path.length === 0) return false
  let old = path.shift()
  let now = old
  for (const sibling of path) {
    if (last === 0) return false
    if (odd(at) || at === last) {
      ;[old, now] = [nodeHash(sibling, old), nodeHash(sibling, now)]
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else now = nodeHash(now, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && same(old, fromRoot) && same(now, toRoot)
}

/** A tree that grows leaf by leaf and keeps its peaks only. A hash that is not known makes every root above it unknown. */
class Tree {
  peaks = []
  add(hash, width = 1) {
    this.peaks.push({ width, hash })
    while (this.peaks.length > 1 && this.peaks.at(-1).width === this.peaks.at(-2).width) {
      const right = this.peaks.pop()
      const left = this.peaks.pop()
      const hash = left.hash === null || right.hash === null ? null : nodeHash(left.hash, right.hash)
      this.peaks.push({ width: 2 * left.width, hash })
    }
  }
  root(more = []) {
    const hashes = [...this.peaks.map((peak) => peak.hash), ...more]
    if (hashes.includes(null)) return null
    return hashes.length === 0 ? sha256() : hashes.reduceRight((right, left) => nodeHash(left, right))
  }
}

// ── Signed notes and checkpoints: C2SP signed-note and tlog-checkpoint ──

/** An argument or a file that cannot be used: exit code 2. */
class Refused extends Error {}

/** Reads a verifier key: name+8 hex digits+base64(0x01, 32 bytes of an Ed25519 public key). */
export function readKey(vkey) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? []
  const bytes = Buffer.from(base64 ?? '', 'base64')
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Refused('the key is none: it must read NAME+ID+BASE64 (Ed25519)')
  if (sha256(`${name}\n`, bytes).toString('hex', 0, 4) !== id)
    throw new Refused('the id of the key is not that of its bytes')
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)])
  return { vkey, name, id, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) }
}

/** The text of a note that `key` signed (under whatever name, if `formerName`); throws `malformed`, `foreign` or `bad-signature` as the message of an error. */
export function openNote(note, key, formerName = false) {
  const end = note.lastIndexOf('\n\n') + 1
  const lines = note.slice(end + 1).split('\n')
  if (end === 0 || lines.pop() !== '' || lines.length === 0) throw new Error('malformed')
  const signatures = lines.map((line) => /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/.exec(line))
  if (signatures.includes(null)) throw new Error('malformed')
  for (const [, name, base64] of signatures) {
    const bytes = Buffer.from(base64, 'base64')
    const own = name === key.name && bytes.toString('hex', 0, 4) === key.id
    if (!own && !formerName) continue
    if (verifySignature(null, Buffer.from(note.slice(0, end)), key.key, bytes.subarray(4))) return note.slice(0, end)
    if (own) throw new Error('bad-signature')
  }
  throw new Error('foreign')
}

/** Size and root of a signed checkpoint; throws as `openNote`. */
export function readCheckpoint(note, key, formerName = false) {
  const [origin, size, base64] = openNote(note, key, formerName).split('\n')
  const root = Buffer.from(base64 ?? '', 'base64')
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? '') || root.length !== 32 || root.toString('base64') !== base64)
    throw new Error('malformed')
  return { origin, size: Number(size), root }
}

/** The notes of a file, one after another; a note ends with its last line of signature. What is left over is one as well. */
export function notesOf(text) {
  const notes = ['']
  let signed = false
  for (const line of text.split(/(?<=\n)/)) {
    const signature = line.startsWith('\u2014 ')
    if (signed && !signature) notes.push('')
    if (notes.at(-1) !== '' || line !== '\n') notes[notes.length - 1] += line
    signed = signature
  }
  return notes.filter((note) => note !== '')
}

// ── One entry: the leaf, and the text that it commits to ──

/** Kind, event and commitment of a leaf; null where the data is no leaf of ours. */
function readLeaf(data) {
  try {
    const { commitment, event_id, kind, v, ...more } = JSON.parse(data.toString())
    const bytes = Buffer.from(commitment, 'base64')
    if (v !== 1 || typeof event_id !== 'string' || typeof kind !== 'string' || Object.keys(more).length > 0) return null
    return bytes.length === 32 ? { kind, event_id, commitment: bytes } : null
  } catch {
    return null
  }
}

const base64 = (text) => (typeof text === 'string' ? Buffer.from(text, 'base64') : null)

/** A row of a file: its leaf, the hash of it, and the commitment that its salt and text give (null where they are gone). */
function readEntry({ leaf_data, salt, entry, state }) {
  const data = base64(leaf_data)
  const whole = typeof salt === 'string' && typeof entry === 'string'
  // a salt of another length could pass off a part of the text as salt
  const fits = whole && base64(salt).length === 32
  return {
    leaf: data === null ? null : readLeaf(data),
    hash: data === null ? null : leafHash(data),
    given: whole ? (fits ? sha256(base64(salt), entry) : sha256()) : null,
    entry: whole ? entry : null,
    state,
  }
}

/**
 * Ranges [from, to) of entries that a receipt says were erased: the member `leaves` of its text. The receipt at place `at`
 * covers nothing that came after it, so that nobody can be given leave to erase in advance.
 */
function receiptOf(text, at) {
  try {
    const { leaves } = JSON.parse(text)
    return leaves.filter(([from, to]) => isSize(from) && isSize(to)).map(([from, to]) => [from, Math.min(to, at)])
  } catch {
    return []
  }
}

/** Ranges that went into files of the archive with an entry of the audit (`into`), or came back (`back`), in the same way. */
function archiveOf(text, at) {
  const { action } = jsonOf(text) ?? {}
  return {
    into: action === 'archive' ? receiptOf(text, at).filter(([from, to]) => from < to) : [],
    back: action === 'archive.restore' ? receiptOf(text, at).filter(([from, to]) => from < to) : [],
  }
}

/** What is left of some ranges without others. */
const without = (ranges, others) =>
  others.reduce(
    (left, [from, to]) =>
      left
        .flatMap(([a, b]) => [
          [a, Math.min(b, from)],
          [Math.max(a, to), b],
        ])
        .filter(([a, b]) => a < b),
    ranges,
  )

/** Ranges as few ones that ascend. */
function merged(ranges) {
  const list = []
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = list.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else list.push([from, to])
  }
  return list
}

const covered = (receipts, seq) => receipts.some(([from, to]) => from <= seq && seq < to)

// ── What was done to entries that are not as they were ──

/** At most this many suspects are looked at one by one. */
const MOST = 4096
/** At most this many pairs are tried against each other for leaves that changed places. */
const FEW = 32

/** Texts that do not fit their leaves: moved from another entry, or edited. */
function explainTexts(texts) {
  const home = new Map(texts.map(({ seq, leaf }) => [leaf.commitment.toString('hex'), seq]))
  return texts.map(({ seq, leaf, given }) => {
    const from = home.get(given.toString('hex'))
    const about = from === undefined ? 'the text is not the one that was sealed' : `it holds the text of entry ${from}`
    return { seq, event_id: leaf.event_id, verdict: from === undefined ? 'edited' : 'reordered', about }
  })
}

/**
 * Leaves that the store's own tree remembers otherwise, pair by pair: entries that were cut out or put in, so that all
 * later ones moved; entries that changed places; else entries that were edited together with their leaves.
 */
function explainPairs(pairs) {
  const shift = shiftOf(pairs)
  if (shift !== 0) {
    const [verdict, count] = shift > 0 ? ['missing', shift] : ['inserted', -shift]
    const about = `${count} ${shift > 0 ? 'were cut out' : 'were put in'} about here and all later ones moved`
    return { shift, list: [{ seq: pairs[0].seq, event_id: null, verdict, count, about }] }
  }
  const leaves = pairs.slice(0, FEW).flatMap(({ left, right }) => [left, right])
  const list = pairs.flatMap(({ seq, left, right, node, ids }, i) => {
    const [a, b] = i < FEW ? originals(leaves, node) : []
    if (a === undefined) {
      const about = `entry ${seq} or ${seq + 1} was edited together with its leaf`
      return [{ seq, event_id: ids[0], verdict: 'edited', about }]
    }
    const moved = [same(a, left) ? [] : [0], same(b, right) ? [] : [1]].flat()
    return moved.map((side) => {
      return { seq: seq + side, event_id: ids[side], verdict: 'reordered', about: 'another entry stood at this place' }
    })
  })
  return { shift: 0, list }
}

function originals(leaves, node) {
  for (const a of leaves) for (const b of leaves) if (same(nodeHash(a, b), node)) return [a, b]
  return []
}

/** By how many places most of the pairs moved: above 0 towards the beginning (a cut), below 0 towards the end. */
function shiftOf(pairs) {
  const places = new Map()
  for (const [i, { seq, left, right }] of pairs.entries()) {
    places.set(nodeHash(left, right).toString('hex'), seq)
    const next = pairs[i + 1]
    if (next?.seq === seq + 2) places.set(nodeHash(right, next.left).toString('hex'), seq + 1)
  }
  const votes = new Map()
  for (const { seq, node } of pairs) {
    const now = places.get(node.toString('hex'))
    if (now !== undefined) votes.set(seq - now, (votes.get(seq - now) ?? 0) + 1)
  }
  const [shift, n] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [0, 0]
  return n >= 2 ? shift : 0
}

// ── A ledger file ──

/** Goes through the entries once; memory grows with what is amiss, not with the ledger. */
export function verifyLedger(header, rows, outside, key) {
  const own = (header.checkpoints ?? []).map((note) => ownCheckpoint(note, key))
  const wanted = new Set([...own, ...outside].map(({ size }) => size))
  const [actual, claimed, roots] = [new Tree(), new Tree(), new Map()]
  const counts = { ...QUIET }
  const [bad, texts, pairs, erased, archived, gone, receipts, strays, waiting] = [
    [],
    [],
    [],
    [],
    [],
    [],
    [],
    [],
    new Map(),
  ]
  let files = []
  const tell = (seq, leaf, verdict, about) => bad.push({ seq, event_id: leaf?.event_id ?? null, verdict, about })
  let [seq, found, left, more, stated] = [0, 0, null, 0, null]
  const keep = () => {
    if (wanted.has(seq)) roots.set(seq, [actual.root(), claimed.root(odd(seq) ? [left.hash] : [])])
  }
  keep()
  for (const row of rows) {
    if (row.seq === undefined) {
      stated = row.size
      continue
    }
    if (row.state === 'unsealed') {
      strays.push({ seq: row.seq, event_id: row.name, given: readEntry(row).given })
      continue
    }
    if (row.seq < seq) {
      bad.push({ seq: row.seq, event_id: null, verdict: 'reordered', about: 'its line stands behind later ones' })
      continue
    }
    if (row.seq > seq) {
      bad.push({ seq, event_id: null, verdict: 'missing', count: row.seq - seq, about: 'the file has no line of it' })
      // nothing is known of the trees from here on
      for (const tree of [actual, claimed]) tree.peaks.push({ width: Number.NaN, hash: null })
      seq = row.seq
      left = { leaf: null, hash: null }
    }
    const one = readEntry(row)
    actual.add(one.hash)
    if (odd(seq)) {
      const made = left.hash === null || one.hash === null ? null : nodeHash(left.hash, one.hash)
      const node = base64(row.node) ?? made
      claimed.add(node, 2)
      const suspect = (entry) =>
        entry.given !== null && entry.leaf !== null && !same(entry.given, entry.leaf.commitment)
      if (made !== null && !same(made, node) && !suspect(left) && !suspect(one)) {
        if (pairs.length >= MOST) more++
        else
          pairs.push({
            seq: seq - 1,
            left: left.hash,
            right: one.hash,
            node,
            ids: [left, one].map((e) => e.leaf?.event_id),
          })
      }
    }
    left = one
    if (one.hash === null) gone.push(seq)
    else found = seq + 1
    if (row.name !== undefined && one.given !== null && same(one.given, one.leaf?.commitment ?? null))
      tell(seq, one.leaf, 'edited', 'the row at its place bears another name')
    else if (one.hash !== null) judge(seq, one)
    seq++
    keep()
  }

  function judge(seq, { leaf, given, entry, state }) {
    if (leaf === null) return tell(seq, null, 'edited', 'its leaf is none')
    if (leaf.kind === 'amendment') {
      counts.amended += waiting.get(leaf.event_id)?.length ?? 0
      waiting.delete(leaf.event_id)
    }
    if (given !== null && !same(given, leaf.commitment)) return texts.push({ seq, leaf, given })
    if (given !== null) {
      counts.intact++
      if (leaf.kind === 'receipt') receipts.push(...receiptOf(entry, seq))
      if (leaf.kind === 'audit') {
        const { into, back } = archiveOf(entry, seq)
        files.push(...into)
        if (back.length > 0) files = without(files, back)
      }
    } else if (state === 'erased') erased.push(seq)
    else if (state === 'archived') archived.push([seq, seq + 1])
    else if (leaf.kind === 'event' || leaf.kind === 'amendment')
      waiting.set(leaf.event_id, [...(waiting.get(leaf.event_id) ?? []), { seq, leaf }])
    else tell(seq, leaf, 'missing', 'its text is gone')
  }

  const moved = explainPairs(pairs)
  // behind a place where all later ones moved, receipts speak of others
  const told = moved.shift === 0 ? Number.POSITIVE_INFINITY : pairs[0].seq
  for (const at of erased)
    if (at >= told || covered(receipts, at)) counts.erased++
    else bad.push({ seq: at, event_id: null, verdict: 'erased-unreceipted', about: UNRECEIPTED })
  const inFiles = merged(files)
  for (const [from, to] of merged(archived)) {
    // of those that overlap, so that one pass over a long list is enough for a short one
    const unfiled = without(
      [[from, Math.min(to, told)]],
      inFiles.filter(([a, b]) => a < to && from < b),
    )
    for (const [a, b] of unfiled) {
      if (a >= b) continue
      bad.push({ seq: a, event_id: null, verdict: 'missing', count: b - a, about: UNFILED })
      counts.archived -= b - a
    }
    counts.archived += to - from
  }
  for (const at of gone.filter((one) => one < found)) tell(at, null, 'missing', 'its leaf is gone')
  for (const { seq: at, leaf } of [...waiting.values()].flat()) {
    const stray = strays.find(({ given }) => same(given, leaf.commitment))
    if (covered(receipts, at)) counts.erased++
    else if (stray === undefined) tell(at, leaf, 'missing', 'its text is gone, and no amendment or receipt says why')
    else {
      strays.splice(strays.indexOf(stray), 1)
      tell(at, leaf, 'reordered', `its row stands at place ${stray.seq}`)
    }
  }
  for (const stray of strays)
    bad.push({ ...stray, given: undefined, verdict: 'inserted', about: 'no leaf was made of it' })
  const run = (seq, count, verdict, about) => count > 0 && bad.push({ seq, event_id: null, verdict, count, about })
  bad.push(...explainTexts(texts), ...moved.list)
  if (moved.shift === 0) run(pairs.at(-1)?.seq, more, 'edited', 'pairs from here on do not fit the tree')
  // where entries were cut out and the others moved up, the end is short by as many
  const tail = (stated ?? header.size) - found - Math.max(0, moved.shift)
  run(found, tail, 'missing', 'the end is cut off')
  if (moved.shift >= 0) run(found + tail, -tail, 'inserted', 'they stand behind the end of the ledger')
  const cut = tail > 0 || stated === null
  const compared = [...own, ...outside].map((point) => ({
    ...point,
    verdict: point.verdict ?? compare(point, found, roots),
  }))
  return whole({ entries: found, counts, bad, checkpoints: compared, cut })
}

/** A checkpoint of the file itself: by the same key, also where the ledger had another name then. */
function ownCheckpoint(note, key) {
  const from = 'the file'
  for (const formerName of [false, true]) {
    try {
      return { ...readCheckpoint(note, key, formerName), from }
    } catch (error) {
      if (formerName || error.message !== 'foreign') return { size: null, root: null, from, verdict: error.message }
    }
  }
}

/** How a checkpoint stands to the entries. The tree that the store remembers speaks for entries that are named as altered. */
function compare({ size, root }, entries, roots) {
  if (size > entries) return 'ahead'
  const known = roots.get(size).filter((one) => one !== null)
  if (known.some((one) => same(one, root))) return 'agrees'
  return known.length === 0 ? 'unknown' : 'contradicts'
}

// ── The whole ──

/** Gravest first. The last two are no alarm. */
const ORDER = [
  'forked',
  'rolled-back',
  'truncated',
  'damaged',
  'missing',
  'edited',
  'reordered',
  'inserted',
  'erased-unreceipted',
  'unanchored',
  'intact',
]

function whole({ bad, checkpoints, cut = false, ...rest }) {
  const has = (outside, ...verdicts) =>
    checkpoints.some((point) => (point.from !== 'the file') === outside && verdicts.includes(point.verdict))
  const found = new Set(bad.map((one) => one.verdict))
  if (has(true, 'contradicts') || has(false, 'contradicts', 'foreign')) found.add('forked')
  if (has(false, 'ahead') || cut) found.add('truncated')
  else if (has(true, 'ahead')) found.add('rolled-back')
  if (has(false, 'bad-signature', 'malformed')) found.add('damaged')
  const alarm = found.size > 0
  if (!has(true, 'agrees', 'contradicts', 'ahead')) found.add('unanchored')
  const verdicts = alarm || found.size > 0 ? ORDER.filter((one) => found.has(one)) : ['intact']
  const sizes = (verdict) => checkpoints.filter((one) => one.verdict === verdict).map((one) => one.size)
  const first = Math.min(...sizes('contradicts'))
  const between = Number.isFinite(first)
    ? [Math.max(0, ...sizes('agrees').filter((size) => size < first)), first]
    : null
  return { ok: !alarm, verdict: verdicts[0], verdicts, ...rest, differs_between: between, bad: runs(bad), checkpoints }
}

/** What is amiss by place; neighbours of which the same is to be said as one. */
function runs(bad) {
  const merged = []
  for (const one of bad.sort((a, b) => a.seq - b.seq)) {
    const last = merged.at(-1)
    const goesOn = last !== undefined && last.seq + (last.count ?? 1) === one.seq
    if (goesOn && last.verdict === one.verdict && last.about === one.about)
      last.count = (last.count ?? 1) + (one.count ?? 1)
    else merged.push({ ...one })
  }
  return merged
}

// ── A case file ──

/** Checks the signature over the file, each event against the checkpoint that it is proven for, and checkpoints against each other. */
export function verifyCase(file, outside, key) {
  const { signature, ...rest } = file
  const own = (file.checkpoints ?? []).map((note) => ownCheckpoint(note, key))
  const roots = new Map(own.filter((one) => one.root !== null).map(({ size, root }) => [size, root]))
  const entries = [...(file.events ?? []), ...(file.audit ?? [])].map((row) => ({ row, ...readEntry(row) }))
  const receipts = entries.flatMap(({ row, leaf, entry, given }) =>
    leaf?.kind === 'receipt' && entry !== null && same(given, leaf.commitment) ? receiptOf(entry, row.leaf_index) : [],
  )
  let files = []
  for (const { row, leaf, entry, given } of entries)
    if (leaf?.kind === 'audit' && entry !== null && same(given, leaf.commitment)) {
      const { into, back } = archiveOf(entry, row.leaf_index)
      files = [...without(files, back), ...into]
    }
  const each = entries.map(({ row, leaf, hash, given }) => {
    const told = (verdict, about = '') => ({
      seq: row.leaf_index,
      event_id: row.event_id,
      kind: leaf?.kind ?? null,
      verdict,
      about,
    })
    if (leaf === null) return told('edited', 'its leaf is none')
    if (leaf.event_id !== row.event_id) return told('edited', 'its leaf is that of another event')
    const hashes = row.hashes.map(base64)
    const root = roots.get(row.tree_size)
    if (root === undefined) return told('edited', 'no checkpoint of the size that it is proven for')
    if (!verifyInclusion({ index: row.leaf_index, size: row.tree_size, leaf: hash, hashes, root }))
      return told('edited', 'its proof does not lead to the checkpoint')
    if (given !== null && !same(given, leaf.commitment))
      return told('edited', 'the text is not the one that was sealed')
    if (given === null && row.state === 'archived' && covered(files, row.leaf_index)) return told('archived')
    if (given === null)
      return covered(receipts, row.leaf_index) ? told('erased') : told('erased-unreceipted', UNRECEIPTED)
    return told(leaf.kind === 'amendment' ? 'amended' : 'intact')
  })

  /** Whether the file proves that one of the two trees begins with the other; null where it does not say. */
  const agree = (a, b) => {
    const [small, large] = a.size <= b.size ? [a, b] : [b, a]
    if (small.size === large.size) return same(small.root, large.root)
    const proof = (file.consistency ?? []).find(({ from, to }) => from === small.size && to === large.size)
    const [from, to, hashes] = [small.size, large.size, (proof?.hashes ?? []).map(base64)]
    return proof === undefined
      ? null
      : verifyConsistency({ from, to, hashes, fromRoot: small.root, toRoot: large.root })
  }
  const largest = own.filter((one) => one.root !== null).sort((a, b) => b.size - a.size)[0]
  const checkpoints = [...own, ...outside].map((point) => {
    if (point.verdict !== undefined || largest === undefined) return { verdict: 'unknown', ...point }
    const answers = own.filter((one) => one.root !== null).map((one) => agree(point, one))
    const verdict = answers.includes(false) ? 'contradicts' : answers.includes(true) ? 'agrees' : 'unknown'
    return { ...point, verdict }
  })

  const bad = each.filter(({ verdict }) => !(verdict in QUIET))
  const counts = { ...QUIET }
  for (const { verdict } of each) if (verdict in QUIET) counts[verdict]++
  const result = whole({ entries: each.length, events: each, counts, bad, checkpoints })
  const digest = sha256(JSON.stringify(rest)).toString('base64')
  let signed = 'ok'
  try {
    if (openNote(String(signature), key) !== `undercurrent-case/1\n${digest}\n`) signed = 'of another file'
  } catch (error) {
    signed = error.message
  }
  if (signed === 'ok') return { ...result, signature: signed }
  const verdicts = ['damaged', ...result.verdicts.filter((one) => one !== 'intact')]
  return { ...result, ok: false, verdict: 'damaged', verdicts, signature: signed }
}

/** Verdicts on an entry that are no alarm. */
const QUIET = { intact: 0, erased: 0, archived: 0, amended: 0 }

const UNFILED =
  'its text is not in the store, and no entry of the audit behind it says that a file of the archive has it'
const UNRECEIPTED = 'its text was erased, and no receipt behind it says so'

// ── Files, arguments, answer ──

/** Lines of a file, read piece by piece. */
function* linesOf(path) {
  const file = openSync(path, 'r')
  const piece = Buffer.alloc(2 ** 20)
  let rest = []
  try {
    for (let n = readSync(file, piece); n > 0; n = readSync(file, piece)) {
      let start = 0
      for (let end = piece.indexOf(10); end !== -1 && end < n; end = piece.indexOf(10, start)) {
        yield Buffer.concat([...rest, piece.subarray(start, end)]).toString()
        rest = []
        start = end + 1
      }
      if (start < n) rest.push(Buffer.from(piece.subarray(start, n)))
    }
    if (rest.length > 0) yield Buffer.concat(rest).toString()
  } finally {
    closeSync(file)
  }
}

function* rowsOf(lines) {
  let line = 1
  for (const text of lines) {
    line++
    const row = jsonOf(text)
    if (row === null || !(isSize(row.seq) || row.state === 'unsealed' || isSize(row.size)))
      throw new Refused(`line ${line} is no entry of a ledger file: it is cut or damaged`)
    yield row
  }
}

function jsonOf(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

const WHY = {
  malformed: 'is no signed checkpoint: it is damaged, or something else',
  'bad-signature': 'does not bear out its signature: it was altered, or damaged',
  foreign: 'is signed by another key',
}

/** Checkpoints that were kept outside. One that cannot be relied on is refused rather than passed over. */
function readOutside(paths, key, origin) {
  return paths.flatMap((path) => {
    const notes = notesOf(read(path))
    if (notes.length === 0) throw new Refused(`${path} holds no checkpoint`)
    return notes.map((note, i) => {
      const which = `${path}: checkpoint ${i + 1} of ${notes.length}`
      let point
      try {
        point = readCheckpoint(note, key)
      } catch (error) {
        throw new Refused(`${which} ${WHY[error.message] ?? WHY.malformed}`)
      }
      if (point.origin !== origin) throw new Refused(`${which} is of another ledger`)
      return { ...point, from: path }
    })
  })
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Refused(`${path} cannot be read (${error.code})`)
  }
}

/** Whether the members that are relied on have the form that they should. */
function isWhole(file, ledger) {
  const list = (name, fits) => file[name] === undefined || (Array.isArray(file[name]) && file[name].every(fits))
  const proven = (one) => typeof one === 'object' && one !== null && Array.isArray(one.hashes)
  const lists =
    list('checkpoints', (note) => typeof note === 'string') &&
    ['events', 'audit', 'consistency'].every((name) => list(name, proven))
  return lists && typeof file.vkey === 'string' && typeof file.origin === 'string' && (!ledger || isSize(file.size))
}

/** Verifies a file and tells which key was trusted. Throws Refused. */
export function verifyFile(path, notes, vkey) {
  let lines
  let head
  try {
    lines = linesOf(path)
    head = jsonOf(lines.next().value ?? '')
  } catch (error) {
    throw new Refused(`${path} cannot be read (${error.code})`)
  }
  const ledger = head?.format === 'undercurrent-ledger/1'
  const file = ledger ? head : jsonOf(read(path))
  if (!ledger && file?.format !== 'undercurrent-case/1')
    throw new Refused(`${path} is neither a ledger file nor a case file`)
  if (!isWhole(file, ledger)) throw new Refused(`${path}: its head or a list in it is damaged`)
  const key = readKey(vkey ?? file.vkey)
  const outside = readOutside(notes, key, file.origin)
  const result = ledger ? verifyLedger(file, rowsOf(lines), outside, key) : verifyCase(file, outside, key)
  return {
    file: path,
    kind: ledger ? 'ledger' : 'case',
    origin: file.origin,
    key: key.vkey,
    key_from: vkey ? 'you' : 'the file',
    ...result,
  }
}

/** Text of a file on a terminal: what is no printable ASCII is escaped, so that it can neither hide nor command. */
const plain = (text) =>
  JSON.stringify(String(text))
    .slice(1, -1)
    .replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

function report(result) {
  const { entries, counts, bad, checkpoints, events = [] } = result
  const lines = [`${result.kind} ${plain(result.origin)}: ${entries} entries`]
  for (const [verdict, n] of Object.entries(counts)) if (n > 0) lines.push(`  ${verdict}: ${n}`)
  for (const one of result.kind === 'case' ? events : bad.slice(0, 20)) {
    const of = one.event_id === null || one.event_id === undefined ? '' : ` (${plain(one.event_id)})`
    lines.push(`  entry ${one.seq}${of}: ${one.verdict}${one.about ? `, ${one.about}` : ''}`)
  }
  if (result.kind === 'ledger' && bad.length > 20) lines.push(`  and ${bad.length - 20} more; --json lists all`)
  for (const whence of new Set(checkpoints.map((one) => one.from))) {
    const of = checkpoints.filter((one) => one.from === whence)
    const tally = [...new Set(of.map((one) => one.verdict))].map(
      (verdict) => `${of.filter((one) => one.verdict === verdict).length} ${verdict}`,
    )
    lines.push(`checkpoints of ${plain(whence)}: ${tally.join(', ')}`)
  }
  if (result.differs_between) lines.push(`the first difference lies in entries ${result.differs_between.join(' to ')}`)
  if (result.signature !== undefined) lines.push(`signature over the file: ${result.signature}`)
  lines.push(`key: ${result.key}, from ${result.key_from}`)
  if (result.key_from !== 'you')
    lines.push(
      '  a key that comes with the file proves nothing by itself: compare it with one that you were given (--key)',
    )
  if (result.verdicts.includes('unanchored'))
    lines.push(
      '  no checkpoint kept outside was compared (--checkpoint): a log written anew as a whole would look the same',
    )
  lines.push(`verdict: ${result.verdicts.join(', ')}`)
  return `${lines.join('\n')}\n`
}

function main(args) {
  const [files, notes, flags] = [[], [], { json: false }]
  for (let i = 0; i < args.length; i++) {
    const value = () => args[++i] ?? fail(`${args[i - 1]} needs a value`)
    if (args[i] === '--checkpoint') notes.push(value())
    else if (args[i] === '--key') flags.key = value()
    else if (args[i] === '--json') flags.json = true
    else if (args[i].startsWith('-')) fail(`${args[i]} is no option`)
    else files.push(args[i])
  }
  if (files.length !== 1) fail('usage: node verify.mjs FILE [--checkpoint NOTE-FILE]... [--key VKEY] [--json]')
  const result = verifyFile(files[0], notes, flags.key)
  process.stdout.write(
    flags.json
      ? `${JSON.stringify(result, (_, v) => (v?.type === 'Buffer' ? Buffer.from(v).toString('base64') : v))}\n`
      : report(result),
  )
  return result.ok ? 0 : 3
}

function fail(message) {
  throw new Refused(message)
}

if (
  process.argv[1] !== undefined &&
  realpathSync(process.argv[1]) === realpathSync(new URL(import.meta.url).pathname)
) {
  try {
    process.exitCode = main(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    process.stderr.write(`verify: ${error.message}\n`)
    process.exitCode = 2
  }
}
