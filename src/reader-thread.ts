import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './config.ts'
import type { Engine, Log } from './core/ports.ts'
import type { Secrets } from './encryption/wrapped-keys.ts'
import { openEmbedded } from './engines/embedded/open.ts'
import { lineLog } from './roof/line-log.ts'
import { openRedactor } from './roof/open-redactor.ts'
import { type SearchingHalf, searchingHalf } from './roof/searching-half.ts'
import { systemClock } from './roof/system-clock.ts'
import { answerCalls } from './roof/thread-call.ts'

/** Entry of the thread that searches and keeps the vector index. */
const { config, secrets } = workerData as { config: Config; secrets: Secrets }
/** How often the index looks for new vectors when nobody asks. */
const TEND_MS = 2_000
const TEND = 5_000
let log: Log
let engine: Engine
let half: SearchingHalf
let tending: NodeJS.Timeout | undefined

answerCalls(parentPort!, {
  async open() {
    log = lineLog(config.log_level, openRedactor(config, secrets).text)
    engine = await openEmbedded({
      dataDir: config.data_dir,
      key: secrets.store,
      onRekey: (store) => {
        secrets.store = store
      },
      clock: systemClock,
      log,
      half: 'read',
      segmentSize: config.segment_size,
      graphMemory: config.graph_memory,
    })
    half = searchingHalf(config, secrets, engine, systemClock, log)
    tendLater(0)
  },
  search: (...args: Parameters<SearchingHalf['search']>) => half.search(...args),
  drawSet: (...args: Parameters<SearchingHalf['drawSet']>) => half.drawSet(...args),
  countSet: (...args: Parameters<SearchingHalf['countSet']>) => half.countSet(...args),
  fitConcept: (...args: Parameters<SearchingHalf['fitConcept']>) => half.fitConcept(...args),
  map: (...args: Parameters<SearchingHalf['map']>) => half.map(...args),
  backtest: (...args: Parameters<SearchingHalf['backtest']>) => half.backtest(...args),
  warm: () => half.warm(),
  engine: (name: keyof Engine, args: unknown[]) => (engine[name] as (...args: unknown[]) => Promise<unknown>)(...args),
  async close() {
    clearTimeout(tending)
    await half?.stop()
    await engine?.close()
  },
})

/** Keeps the index level with the rows, in turns, so that questions come between. */
function tendLater(ms: number) {
  tending = setTimeout(async () => {
    let done = 0
    try {
      done = await engine.tend(TEND)
    } catch (error) {
      log.warn({ reason: String(error) }, 'the vector index could not follow')
    }
    tendLater(done > 0 ? 0 : TEND_MS)
  }, ms)
}
