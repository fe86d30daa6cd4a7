import { parentPort, workerData } from 'node:worker_threads'
import { nativeProblem } from '../core/native.ts'
import type { ModelOptions } from './model.ts'

// not at the top: where the runtime cannot be loaded, the pool has to hear why
const runtime = import('./attend.ts').catch((cause: unknown) => {
  const { code, message } = nativeProblem('onnxruntime-node', cause) ?? {
    code: 'MODEL_BROKEN' as const,
    message: 'the model runtime cannot be loaded: see `undercurrent doctor`',
  }
  parentPort?.postMessage({ kind: 'broken', reason: { code, message } })
  return null
})

if (parentPort !== null) await (await runtime)?.attend(parentPort, workerData as ModelOptions)
