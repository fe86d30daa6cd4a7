import { parentPort, workerData } from 'node:worker_threads'
import { attend } from './attend.ts'
import type { ModelOptions } from './model.ts'

if (parentPort !== null) await attend(parentPort, workerData as ModelOptions)
