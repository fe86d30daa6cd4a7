import type { Engine } from '../core/ports.ts'
import type { Thread } from './thread-call.ts'

/** Calls that change the store; the writer thread answers them, the reader thread all others. */
const WRITES: ReadonlySet<keyof Engine> = new Set([
  'append',
  'claim',
  'slot',
  'settle',
  'putRecords',
  'putSpace',
  'dropMarks',
  'place',
  'mergeClusters',
  'erase',
  'retain',
  'beginArchive',
  'archive',
  'thaw',
  'endCold',
  'dropArchive',
])

const CALLS: readonly (keyof Engine)[] = [
  'append',
  'claim',
  'slot',
  'settle',
  'waiting',
  'unexamined',
  'events',
  'count',
  'match',
  'nearest',
  'within',
  'marked',
  'marksOf',
  'dropMarks',
  'vectorOf',
  'vectorsOf',
  'signaturesOf',
  'known',
  'tally',
  'summarise',
  'unplaced',
  'place',
  'mergeClusters',
  'placed',
  'clusters',
  'sample',
  'rollups',
  'states',
  'records',
  'putRecords',
  'spaces',
  'putSpace',
  'index',
  'tend',
  'head',
  'leaves',
  'nodes',
  'sealed',
  'kept',
  'entryOf',
  'others',
  'otherSums',
  'sizes',
  'unsealed',
  'survey',
  'erase',
  'due',
  'retain',
  'archivable',
  'beginArchive',
  'archiveKey',
  'archive',
  'readArchive',
  'cold',
  'coldRows',
  'thaw',
  'coldDue',
  'endCold',
  'dropArchive',
  'coldBeside',
  'backup',
  'keysState',
  'copyKeys',
  'close',
]

/** The engine as the main thread sees it: the same port, each call answered by the thread that holds that half. */
export function remoteEngine(writer: Thread, reader: Thread): Engine {
  const call =
    (name: keyof Engine) =>
    (...args: unknown[]) =>
      // who opened the threads ends them
      name === 'close' ? Promise.resolve() : (WRITES.has(name) ? writer : reader).call('engine', [name, args])
  return Object.fromEntries(CALLS.map((name) => [name, call(name)])) as unknown as Engine
}
