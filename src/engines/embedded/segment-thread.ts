import { parentPort, workerData } from 'node:worker_threads'
import { serveGraphs } from './graph-keeper.ts'

serveGraphs(parentPort!, (workerData as { scratch: string }).scratch)
