import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from './config.ts'
import type { Engine } from './core/ports.ts'
import { openEmbedded } from './engines/embedded/open.ts'
import { checkKey } from './roof/key-file.ts'
import { lineLog } from './roof/line-log.ts'
import { openRedactor } from './roof/open-redactor.ts'
import { systemClock } from './roof/system-clock.ts'
import { answerCalls } from './roof/thread-call.ts'
import { type WritingHalf, writingHalf } from './roof/writing-half.ts'

/** Entry of the thread that stores and works. */
const { config } = workerData as { config: Config }
let engine: Engine
let half: WritingHalf

answerCalls(parentPort!, {
  async open() {
    const log = lineLog(config.log_level, openRedactor(config).text)
    engine = await openEmbedded({
      dataDir: config.data_dir,
      clock: systemClock,
      log,
      half: 'write',
      segmentSize: config.segment_size,
    })
    await checkKey(engine, config.key_file, systemClock)
    half = writingHalf(config, engine, systemClock, log)
    // what an import that was cut short left to the word index
    void half.settle()
  },
  ingest: (...args: Parameters<WritingHalf['ingest']>) => half.ingest(...args),
  runJob: (name: string) => half.runJob(name),
  engine: (name: keyof Engine, args: unknown[]) => (engine[name] as (...args: unknown[]) => Promise<unknown>)(...args),
  async close() {
    await half?.stop()
    await engine?.close()
  },
})
