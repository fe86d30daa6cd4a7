import type { Config } from '../config.ts'
import type { KeyRenewal } from '../core/key-copy.ts'
import type { Clock, Engine, Log } from '../core/ports.ts'
import type { Secrets } from '../encryption/wrapped-keys.ts'
import { enterStore } from '../engines/embedded/entrance.ts'
import { openEmbedded } from '../engines/embedded/open.ts'
import type { Redactor } from '../redactors/index.ts'
import { renewingOnErase, renewKeyCopies } from './key-copies.ts'
import { lineLog } from './line-log.ts'
import { openRedactor } from './open-redactor.ts'
import { type SearchingHalf, searchingHalf } from './searching-half.ts'
import { openSecrets } from './secrets.ts'
import { systemClock } from './system-clock.ts'
import { type WritingHalf, writingHalf } from './writing-half.ts'

/** The whole product in one thread, for a command: it may run beside the service on the same data directory. */
export interface House {
  config: Config
  /** The key of the store is always the one that the engine has opened it with. */
  secrets: Secrets
  engine: Engine
  clock: Clock
  log: Log
  redactor: Redactor
  /** Built at the first use: neither loads a model before it needs one. */
  writing(): WritingHalf
  searching(): SearchingHalf
  /** Brings copies of the key ring up to date, and says how each stands; see roof/key-copies.ts. Erasures do so by themselves. */
  renewKeyCopies(): Promise<KeyRenewal[]>
  close(): Promise<void>
}

/**
 * Opens the data directory of `config`. Throws Problem as the redaction file, the key and the engine do; nothing is open then.
 * @param opened its secrets, where they were opened before
 */
export async function openHouse(config: Config, clock: Clock = systemClock, opened?: Secrets): Promise<House> {
  // nobody changes the keys between their reading and the opening
  const presence = enterStore(config.data_dir, false)
  try {
    return await assemble(config, clock, opened ?? (await openSecrets(config)))
  } finally {
    presence.leave()
  }
}

async function assemble(config: Config, clock: Clock, secrets: Secrets): Promise<House> {
  const redactor = openRedactor(config, secrets)
  // a command's log goes to people: only what went wrong
  const log = lineLog(config.log_level === 'info' ? 'warn' : config.log_level, redactor.text)
  const store = await openEmbedded({
    dataDir: config.data_dir,
    key: secrets.store,
    onRekey: (store) => {
      secrets.store = store
    },
    clock,
    log,
    segmentSize: config.segment_size,
    graphMemory: config.graph_memory,
  })
  const engine = renewingOnErase(store, { config, clock }, log)
  let writing: WritingHalf | null = null
  let searching: SearchingHalf | null = null
  return {
    config,
    secrets,
    engine,
    clock,
    log,
    redactor,
    writing: () => {
      writing ??= writingHalf(config, secrets, engine, clock, log)
      return writing
    },
    searching: () => {
      searching ??= searchingHalf(config, secrets, engine, clock, log)
      return searching
    },
    renewKeyCopies: () => renewKeyCopies({ config, engine, clock }),
    async close() {
      await writing?.stop()
      await searching?.stop()
      await engine.close()
    },
  }
}
