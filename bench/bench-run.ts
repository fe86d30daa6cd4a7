import { cpus, totalmem } from 'node:os'
import { type Row, type Verdict, verdictOf } from './bench-row.ts'

/** One call of the bench with what it measured, as `--json` prints it. */
export interface Run {
  /** Without where files are, which is of one machine. */
  command: string
  /** UTC, `2026-11-27`. */
  date: string
  machine: Machine
  vectors: number
  rounds: number
  rows: (Row & { verdict: Verdict })[]
}

interface Machine {
  node: string
  cpus: number
  cpu: string
  memoryGb: number
}

export function thisMachine(): Machine {
  return {
    node: process.version,
    cpus: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
  }
}

/** A run of now, on this machine. */
export function runOf(command: string, size: { vectors: number; rounds: number }, rows: readonly Row[]): Run {
  const date = new Date().toISOString().slice(0, 10)
  const judged = rows.map((row) => ({ ...row, verdict: verdictOf(row) }))
  return { command, date, machine: thisMachine(), ...size, rows: judged }
}

export const machineLine = ({ cpus, cpu, memoryGb, node }: Machine): string =>
  `${cpus} × ${cpu}, ${memoryGb} GiB, Node ${node}`
