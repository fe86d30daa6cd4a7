import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Effects, Engine, Filter, Log, Page, Part } from '../../core/ports.ts'
import { Problem } from '../../core/problem.ts'
import { appender } from './append.ts'
import { archivableReader } from './archivable.ts'
import { archiver } from './archive.ts'
import { archiveFiles } from './archive-files.ts'
import { blockSealer, wholeTexts } from './archive-rows.ts'
import { backupWriter } from './backup.ts'
import { removeUpgradeCopies, upgradeCopies } from './before-upgrade.ts'
import { coldReader } from './cold-files.ts'
import { coldRows } from './cold-row.ts'
import { type Connection, connect, DATABASE } from './connection.ts'
import { destroyer } from './destroy.ts'
import { doomedRecords } from './doomed-records.ts'
import { drawReader } from './draw.ts'
import { markDropper } from './drop-marks.ts'
import { effectWriter } from './effects.ts'
import { rowEnder } from './end-rows.ts'
import { eraser } from './erase.ts'
import { eventReader } from './events.ts'
import { expiryReader } from './expiry.ts'
import { BUSY_MS, guarded } from './failures.ts'
import { fingerprintRows } from './fingerprint-rows.ts'
import { forgetter } from './forget.ts'
import { hitReader } from './hits.ts'
import { holdReader } from './holds.ts'
import { type KeyRing, keyRing } from './key-ring.ts'
import { ledgerReader } from './ledger-rows.ts'
import { markRows } from './mark-rows.ts'
import { markReader } from './marks.ts'
import { nearReader } from './near-rows.ts'
import { otherReader, otherSummer } from './other-rows.ts'
import { storeKeys } from './page-encryption.ts'
import { placeRows } from './places.ts'
import { primaryRows } from './primary.ts'
import { recordStore } from './records.ts'
import { replacer } from './replace.ts'
import { resealer } from './reseal.ts'
import { retainer } from './retain.ts'
import { rollupReader } from './rollup-rows.ts'
import { scrubber } from './scrub.ts'
import { bodyOpener } from './sealed-body.ts'
import { shredder } from './shred.ts'
import { sizeReader } from './sizes.ts'
import { discardSnapshots } from './snapshot.ts'
import { stageLeases } from './stages.ts'
import { summariser } from './summary.ts'
import { surveyor } from './survey.ts'
import { thawer } from './thaw.ts'
import { vectorRows } from './vector-rows.ts'
import { wordIndex } from './words.ts'
import { type Opened, yieldingEngine } from './yielding.ts'

export interface EmbeddedOptions {
  /** Folder of the database and the index snapshots; created where missing. */
  dataDir: string
  /** What its files are encrypted under, 32 bytes. */
  key: Uint8Array
  /** Hears of the key that another process put in its place while the engine was open; see rekey.ts. */
  onRekey?: (key: Uint8Array) => void
  clock: Clock
  log?: Log
  /**
   * `write` opens the half that stores and works, `read` the half that searches (it opens no connection that could
   * write, and keeps the vector index and its snapshots), `both` a whole engine in one thread. Default both.
   */
  half?: 'write' | 'read' | 'both'
  /** Vectors of a segment; see docs/decisions/0002-vector-segments.md. */
  segmentSize?: number
  /** Bytes that graphs of segments may take. */
  graphMemory?: number
}

/**
 * Opens the engine of one machine: SQLite rows and a vector index that is derived from them.
 * Throws Problem: STORE_BROKEN, ENGINE_BUSY, DISK_FULL.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Engine> {
  const { dataDir, key, onRekey, log, half = 'both' } = options
  const write = half !== 'read'
  if (write) guarded(() => mkdirSync(dataDir, { recursive: true, mode: 0o700 }))
  const engine = yieldingEngine({
    dataDir,
    write,
    key,
    onRekey,
    log,
    open: (present, again) => opened({ ...options, key: present }, half, again),
  })
  const copies = write ? upgradeCopies(dataDir) : []
  if (copies.length > 0)
    log?.info(
      { files: copies },
      'copies of the store from before an upgrade lie in the data directory: remove them once all is well; an erasure does so',
    )
  return engine
}

function opened(options: EmbeddedOptions, half: 'write' | 'read' | 'both', again: boolean): Opened {
  const db = connect(options.dataDir, half !== 'read', options.key, again)
  let ring: KeyRing | null = null
  try {
    // whoever brought the schema up to date has made it
    ring = keyRing(options.dataDir, options.key, half === 'read' ? 'read' : 'write')
    return assemble(db, ring, options, half)
  } catch (error) {
    ring?.close()
    db.close()
    throw error
  }
}

function assemble(db: Connection, ring: KeyRing, options: EmbeddedOptions, half: 'write' | 'read' | 'both'): Opened {
  const bodies = bodyOpener(ring)
  const shred = shredder(db, ring)
  const events = eventReader(db, bodies)
  const ledger = ledgerReader(db, bodies, coldRows(ring))
  const others = otherReader(db)
  const otherSums = otherSummer(db)
  const sizes = sizeReader(db, join(options.dataDir, DATABASE))
  const marks = markReader(db)
  const drawn = drawReader(db)
  const summarise = summariser(db)
  const marking = markRows(db)
  const places = placeRows(db)
  const dropMarks = markDropper(db, marking)
  const records = recordStore(db)
  const rollups = rollupReader(db)
  const vectors = vectorRows(db)
  const words = wordIndex(db, bodies)
  const nearby = nearReader(db)
  const primaries = primaryRows(db, vectors, marking)
  const scrub = scrubber(db)
  const fingerprints = fingerprintRows(db)
  const stages = stageLeases(
    db,
    options.clock,
    events.range,
    effectWriter(db, vectors, marking, records, fingerprints),
    scrub,
  )
  const forget = forgetter(db, words, primaries, marking, scrub, fingerprints)
  const replace = replacer(db, stages, forget, primaries, marking, bodies)
  const append = appender(db, options.clock, primaries, replace, ring, shred)
  const holds = holdReader(db)
  const destroy = destroyer(db, options.clock, bodies, forget, append)
  const copies = { list: () => upgradeCopies(options.dataDir), remove: () => removeUpgradeCopies(options.dataDir) }
  const { clock } = options
  const files = archiveFiles(db, ring, records, shred)
  const inspect = surveyor(db, ring)
  const { erase, survey, finish } = eraser({
    db,
    clock,
    ring,
    survey: inspect,
    holds,
    destroy,
    reseal: resealer(db, ring, bodies),
    files,
    records,
    stages,
    shred,
    copies,
  })
  const expiry = expiryReader(db, holds)
  const end = rowEnder({ db, clock, doomedRecords: doomedRecords(db), destroy, stages, shred })
  const { due, retain, endCold } = retainer({ db, expiry, end, files, shred, copies })
  const whole = wholeTexts(db, bodies, marking)
  const blocks = blockSealer(ring)
  const archivable = archivableReader({ db, bodies, whole, blocks, expiry, stages })
  const archive = archiver({ db, clock, files, whole, blocks, expiry, forget, append })
  const thaw = thawer({ db, clock, ring, files, blocks, vectors, marks: marking, primaries, words, shred, append })
  const cold = coldReader(db, files, expiry, inspect)
  const backup = backupWriter(db, ring, options.key)
  const index = join(options.dataDir, 'index')
  const hits = hitReader(db, {
    dir: index,
    key: storeKeys(options.key).snapshots,
    // one process keeps the snapshots; a command beside it only reads them
    writable: half === 'read',
    ...(options.segmentSize === undefined ? {} : { segmentSize: options.segmentSize }),
    ...(options.graphMemory === undefined ? {} : { graphMemory: options.graphMemory }),
    ...(options.log === undefined ? {} : { log: options.log }),
  })
  /** What was destroyed leaves the journal, and the snapshots where nobody is there to write them anew. */
  const wipe = (patienceMs?: number) => {
    if (half === 'read') return
    if (half === 'both') discardSnapshots(index, scrub.takeVids())
    shred.now()
    ring.scrub()
    scrub.now(patienceMs)
  }
  if (half !== 'read') guarded(finish)
  else if (guarded(shred.standing) === 'behind')
    throw new Problem(
      'STORE_BROKEN',
      'keys were destroyed since this copy of the store was made: start the service once, which follows that',
    )
  /** Every call is a promise, also where SQLite answers at once, and fails as the port says. */
  const soon = async <T>(call: () => T | Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      return guarded(() => {
        throw error
      })
    }
  }

  const calls: Opened['calls'] = {
    append: (batch, primary) => soon(() => append(batch, primary)),
    claim: (stage, limit, leaseMs) => soon(() => stages.claim(stage, limit, leaseMs)),
    slot: (job, slot, leaseMs) => soon(() => stages.slot(job, slot, leaseMs)),
    settle: (ticket, effects: Effects) => soon(() => stages.settle(ticket, effects)),
    waiting: (stage, tenant) => soon(() => stages.waiting(stage, tenant)),
    finished: () => soon(() => stages.finished()),
    unexamined: (of, tenant) => soon(() => primaries.unexamined(of, tenant)),

    events: (filter, page) => soon(() => events.events(words.told(filter), page)),
    outlines: (filter, page) => soon(() => events.outlines(words.told(filter), page)),
    labelsOf: (id, tenant) => soon(() => events.labelsOf(id, tenant)),
    count: (filter) => soon(() => events.count(words.told(filter))),
    match: (asked, filter, page) => soon(() => words.match(asked, words.told(filter), page)),
    nearest: (q: Float32Array, space: string, k: number, filter: Filter) =>
      soon(() => hits.nearest(q, space, k, words.told(filter))),
    within: (q: Float32Array, space: string, cosine: number, filter: Filter, page: Page) =>
      soon(() => hits.within(q, space, cosine, words.told(filter), page)),
    nearby: (q, space, cosine, filter) => soon(() => nearby(q, space, cosine, words.told(filter))),
    marked: (concept, version, least, filter, page) =>
      soon(() => marks.marked(concept, version, least, words.told(filter), page)),
    drawn: (of, filter, draw) => soon(() => drawn(of, words.told(filter), draw)),
    marksOf: (ids) => soon(() => marks.marksOf(ids)),
    dropMarks: (concept, version, withFirst) => soon(() => dropMarks(concept, version, withFirst)),
    vectorOf: (id, part: Part, space) => soon(() => vectors.vectorOf(id, part, space)),
    vectorsOf: (ids, space) => soon(() => vectors.vectorsOf(ids, space)),
    signaturesOf: (ids) => soon(() => words.signaturesOf(ids)),
    known: (space, tenant, content) => soon(() => vectors.known(space, tenant, content)),
    tally: (by, filter) => soon(() => events.tally(by, words.told(filter))),
    summarise: (by, filter, limit) => soon(() => summarise(by, words.told(filter), limit)),
    unplaced: (space, limit) => soon(() => places.unplaced(space, limit)),
    place: (rows, done) => soon(() => places.place(rows, done)),
    mergeClusters: (from, into) => soon(() => places.mergeClusters(from, into)),
    placed: (cluster, space, page) => soon(() => places.placed(cluster, space, page)),
    clusters: (filter) => soon(() => places.clusters(words.told(filter))),
    sample: (filter, space, limit) => soon(() => places.sample(words.told(filter), space, limit)),

    fingerprintsOf: (tenant, prints, limit) => soon(() => fingerprints.fingerprintsOf(tenant, prints, limit)),
    eventsAt: (tenant, seqs) => soon(() => events.at(tenant, seqs)),
    memorised: () => soon(() => fingerprints.memorised()),
    trimFingerprints: (before, most) => soon(() => fingerprints.trimFingerprints(before, most)),

    rollups: (filter) => soon(() => rollups.rollups(filter)),
    states: (detector, type) => soon(() => rollups.states(detector, type)),
    records: (kind, filter, page) => soon(() => records.list(kind, filter, page)),
    putRecords: (writes) => soon(() => records.putAll(writes)),

    spaces: () => soon(() => vectors.spaces()),
    putSpace: (space) => soon(() => vectors.putSpace(space)),
    index: () => soon(() => hits.status()),
    tend: (limit) =>
      soon(async () => {
        const filled = half === 'read' ? 0 : words.fill(limit)
        const indexed = half === 'write' ? 0 : await hits.tend(limit)
        if (filled === 0) wipe()
        return filled + indexed
      }),

    head: () => soon(() => ledger.head()),
    leaves: (from, to) => soon(() => ledger.leaves(from, to)),
    nodes: (ids) => soon(() => ledger.nodes(ids)),
    kept: (from, to) => soon(() => ledger.kept(from, to)),
    sealed: (from, to) => soon(() => ledger.sealed(from, to)),
    unsealed: (from, to, limit) => soon(() => ledger.unsealed(from, to, limit)),
    entryOf: (id, tenant) => soon(() => ledger.entryOf(id, tenant)),
    others: (kind, filter, page) => soon(() => others(kind, filter, page)),
    sizes: () => soon(() => sizes()),
    otherSums: (kind, asked, filter) => soon(() => otherSums(kind, asked, filter)),
    survey: (selection) => soon(() => survey(selection)),
    erase: (selection, order) => soon(() => erase(selection, order)),
    due: (rules, now) => soon(() => due(rules, now)),
    retain: (order) => soon(() => retain(order)),
    archivable: (ask) => soon(() => archivable(ask)),
    beginArchive: (manifest) => soon(() => files.begin(manifest)),
    archiveKey: (file) => soon(() => files.keyOf(file)),
    archive: (order) => soon(() => archive.archive(order)),
    readArchive: (file, rows) => soon(() => archive.read(file, rows)),
    cold: (filter) => soon(() => cold.cold(filter)),
    coldRows: (file, filter) => soon(() => cold.coldRows(file, filter)),
    thaw: (order) => soon(() => thaw(order)),
    coldDue: (rules, now) => soon(() => cold.coldDue(rules, now)),
    endCold: (order) => soon(() => endCold(order)),
    dropArchive: (file) =>
      soon(() => {
        const dropped = files.drop(file)
        shred.now()
        return dropped
      }),
    coldBeside: (selection) => soon(() => cold.coldBeside(selection)),
    backup: (folder) => soon(() => backup(folder)),
    keysState: () =>
      soon(() => {
        // those that are doomed are as good as destroyed
        if (half !== 'read') shred.now()
        return ring.state()
      }),
    copyKeys: (file) =>
      soon(() => {
        if (half !== 'read') shred.now()
        ring.copy(file)
        chmodSync(file, 0o600)
      }),
  }
  return {
    calls,
    rest: () => hits.close(),
    close(forGood) {
      try {
        // the last chance of a command: nobody may look at the journal again for long
        if (forGood) wipe(BUSY_MS)
      } finally {
        // where it failed, whoever opens the store next finds it marked
        ring.close()
        db.close()
      }
    },
  }
}
