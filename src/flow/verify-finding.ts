import type { Finding } from '../core/finding.ts'
import type { Clock, Engine, StoredRecord } from '../core/ports.ts'
import { formatTime, parseTime } from '../core/window.ts'
import { findingId } from './finding-id.ts'
import { writeFinding } from './raise.ts'
import type { Verified, WholeVerdict } from './verify-verdicts.ts'

/** Name of the detector in the findings that verification raises. */
export const LEDGER_VERIFY = 'ledger-verify'

const TITLES: Record<WholeVerdict, string> = {
  forked: 'The ledger contradicts a signed checkpoint',
  'rolled-back': 'The ledger is older than a checkpoint that was kept outside',
  truncated: 'The end of the ledger was cut off',
  damaged: 'The ledger or a checkpoint of it is damaged',
  missing: 'Entries of the ledger are missing',
  edited: 'Entries of the ledger were edited',
  reordered: 'Entries of the ledger changed places',
  inserted: 'Something was put into the ledger',
  'erased-unreceipted': 'Texts of the ledger were erased without a receipt',
  altered: 'A model or a concept is not the one that was recorded',
  unanchored: 'The ledger was compared with no checkpoint of outside',
  intact: 'The ledger is intact',
}
const DAMAGED_FILES = 'Files of the data directory are damaged'
/** Event ids and entries that are named as evidence. */
const SHOWN = 10

/**
 * Raises a critical finding of what verification found. The same thing found again is the same finding; what a person
 * closed stays closed until something else is found.
 */
export async function raiseLedgerFinding(
  { engine, clock }: { engine: Pick<Engine, 'records' | 'putRecords'>; clock: Clock },
  answer: Verified,
): Promise<void> {
  const id = idOf(answer)
  const [record]: (StoredRecord | undefined)[] = await engine.records(
    'finding',
    { ids: [id] },
    { order: 'ts', limit: 1 },
  )
  const stood = record?.body as unknown as Finding | undefined
  if (stood !== undefined && (stood.status === 'resolved' || stood.status === 'false_positive')) return
  const now = formatTime(clock.now())
  const since = stood?.first_seen ?? now
  const finding: Finding = {
    finding_id: id,
    detector: LEDGER_VERIFY,
    entity_type: 'source',
    entity_id: 'ledger',
    tenant_id: null,
    severity: 'critical',
    score: 100,
    status: stood?.status ?? 'new',
    title: answer.verdict === 'damaged' && answer.altered.files.length > 0 ? DAMAGED_FILES : TITLES[answer.verdict],
    first_seen: since,
    last_seen: now,
    created_at: stood?.created_at ?? now,
    updated_at: now,
    evidence: [
      {
        detector: LEDGER_VERIFY,
        weight: 1,
        observed: amiss(answer),
        expected: 0,
        since,
        event_ids: answer.bad.flatMap(({ event_id }) => event_id ?? []).slice(0, SHOWN),
        text: sentence(answer),
      },
    ],
    tags: { atlas: [], owasp: [] },
    note: stood?.note ?? null,
  }
  const row = { kind: 'finding', id, ts: parseTime(now) ?? 0, entity: 'source:ledger', tenant_id: null, rank: 100 }
  // written by somebody else meanwhile: the next night sees to it
  await writeFinding(engine, { ...row, version: record?.version ?? 0 }, finding, stood === undefined ? 'created' : null)
}

/** Entries, pages and files. */
const amiss = ({ bad, altered: { files, policy } }: Verified): number =>
  bad.reduce((sum, { count = 1 }) => sum + count, policy.length) +
  files.reduce((sum, { pages }) => sum + (pages?.length ?? 1), 0)

function sentence({ verdicts, bad, checkpoints, altered, differs_between }: Verified): string {
  const entries = bad
    .slice(0, SHOWN)
    .map(({ seq, count, verdict }) => `${verdict} ${count === undefined ? seq : `${seq} to ${seq + count - 1}`}`)
  const against = checkpoints
    .filter(({ verdict }) => verdict !== 'agrees')
    .map(({ size, verdict }) => `${size ?? '?'} ${verdict}`)
  const files = altered.files.map(({ file, what, pages }) =>
    pages === undefined ? `${file}: ${what}` : `${file}: pages ${some(pages.map(String), ', ')}`,
  )
  const policy = altered.policy.map(
    ({ target, recorded, found }) => `${target}: recorded ${recorded ?? 'nothing'}, found ${found ?? 'nothing'}`,
  )
  return [
    `verification says ${verdicts.join(', ')}`,
    ...(entries.length > 0 ? [`entries: ${entries.join('; ')}${bad.length > SHOWN ? '; and more' : ''}`] : []),
    ...(files.length > 0 ? [`files: ${some(files, '; ')}`] : []),
    ...(policy.length > 0 ? [`SHA-256 of ${some(policy, '; ')}`] : []),
    ...(against.length > 0 ? [`checkpoints by size: ${against.slice(0, SHOWN).join('; ')}`] : []),
    ...(differs_between === null ? [] : [`the first difference lies in entries ${differs_between.join(' to ')}`]),
  ].join('. ')
}

/** The first of them. */
const some = (texts: readonly string[], between: string): string =>
  [...texts.slice(0, SHOWN), ...(texts.length > SHOWN ? ['and more'] : [])].join(between)

function idOf({ verdicts, bad, altered: { files, policy }, differs_between }: Verified): string {
  const first = [files[0]?.file ?? null, policy[0] ?? null]
  return findingId([LEDGER_VERIFY, verdicts, bad[0]?.seq ?? null, differs_between, ...first])
}
