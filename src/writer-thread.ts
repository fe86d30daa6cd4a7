import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './config.ts'
import type { Engine } from './core/ports.ts'
import type { Secrets } from './encryption/wrapped-keys.ts'
import { openEmbedded } from './engines/embedded/open.ts'
import { renewingOnErase, renewKeyCopies } from './roof/key-copies.ts'
import { lineLog } from './roof/line-log.ts'
import { openRedactor } from './roof/open-redactor.ts'
import { systemClock } from './roof/system-clock.ts'
import { answerCalls } from './roof/thread-call.ts'
import { type WritingHalf, writingHalf } from './roof/writing-half.ts'

/** Entry of the thread that stores and works. */
const { config, secrets } = workerData as { config: Config; secrets: Secrets }
let engine: Engine
let half: WritingHalf

answerCalls(parentPort!, {
  async open() {
    const log = lineLog(config.log_level, openRedactor(config, secrets).text)
    const opened = await openEmbedded({
      dataDir: config.data_dir,
      key: secrets.store,
      onRekey: (store) => {
        secrets.store = store
      },
      clock: systemClock,
      log,
      half: 'write',
      segmentSize: config.segment_size,
      graphMemory: config.graph_memory,
    })
    engine = renewingOnErase(opened, { config, clock: systemClock }, log)
    half = writingHalf(config, secrets, engine, systemClock, log)
    // what an import that was cut short left to the word index
    void half.settle()
  },
  ingest: (...args: Parameters<WritingHalf['ingest']>) => half.ingest(...args),
  runJob: (name: string) => half.runJob(name),
  erase: (...args: Parameters<WritingHalf['erase']>) => half.erase(...args),
  renewKeyCopies: () => renewKeyCopies({ config, engine, clock: systemClock }),
  engine: (name: keyof Engine, args: unknown[]) => (engine[name] as (...args: unknown[]) => Promise<unknown>)(...args),
  async close() {
    await half?.stop()
    await engine?.close()
  },
})
