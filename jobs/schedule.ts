import type { Altered } from '../src/core/altered.ts'
import type { ArchiveTarget } from '../src/core/archive-target.ts'
import type { Copies } from '../src/core/copy.ts'
import type { KeyRenewal } from '../src/core/key-copy.ts'
import type { Clock, Encoder, Engine, Log } from '../src/core/ports.ts'
import type { RetentionRule } from '../src/core/retention.ts'
import { type CheckpointParts, checkpoint } from '../src/flow/checkpoint.ts'
import type { HouseFacts } from '../src/flow/compliance-house.ts'
import { enrolShipped } from '../src/flow/concepts/enrol.ts'
import type { FollowParts } from '../src/flow/concepts/follow-labels.ts'
import type { ConceptSource } from '../src/flow/concepts/source.ts'
import { archiveJob } from './archive.ts'
import { baselineJob } from './baseline.ts'
import { canariesJob } from './canaries.ts'
import { checkpointJob } from './checkpoint.ts'
import { clustersJob } from './clusters.ts'
import { complianceJob } from './compliance.ts'
import { conceptsJob } from './concepts.ts'
import { copyJob } from './copy.ts'
import { detectJob } from './detect.ts'
import { digestJob } from './digest.ts'
import { embedJob } from './embed.ts'
import { insidersJob } from './insiders.ts'
import { keysJob } from './keys.ts'
import { memorisedJob } from './memorised.ts'
import { monitorsJob } from './monitors.ts'
import { retainJob } from './retain.ts'
import type { Work } from './run.ts'
import { topicsJob } from './topics.ts'
import { verifyJob } from './verify.ts'

export interface JobParts {
  engine: Engine
  /** Opened at the first run that needs it. */
  encoder(): Promise<Encoder>
  concepts: ConceptSource
  contentKey: Uint8Array
  fingerprintKey: Uint8Array
  /** Signs checkpoints. */
  signer: CheckpointParts['signer']
  alertBudget: number
  /** Looks at the files of the store, of models and of concepts, a little at a time. Cut short, it answers what it saw. */
  alteredOnDisk(signal: AbortSignal): Promise<Altered>
  /** Null where the house has no copies. */
  copies: Copies | null
  /** Brings every copy of the key ring up to date; answers how each stands. */
  renewKeyCopies(): Promise<KeyRenewal[]>
  /** How long events are kept; empty where the house does not say. */
  retention: readonly RetentionRule[]
  /** What configuration and files outside the store say to the check of controls. */
  house(): Promise<HouseFacts>
  /** Where the archive lies. */
  archive: ArchiveTarget
  /** So many bytes of chance. */
  random(bytes: number): Uint8Array
  /** For texts and ids of examples. */
  redactor: FollowParts['redactor']
  /** Ordinary texts that come with the package. */
  background: FollowParts['background']
  /** The keyed pseudonym of a raw id, as the audit has it. */
  pseudonym(field: string, value: string): string
  /** Ids of entries in the ledger. */
  newId(): string
  clock: Clock
  log: Log
}

export interface Job {
  name: string
  /** Cron expression with seconds, UTC. */
  cron: string
  about: string
  /** Setting without which there is nothing to do, so that the clock does not ask. */
  needs?: 'copies_file' | 'retention_file'
  work(parts: JobParts): Work
}

/** Every scheduled job, in the order in which one feeds the next. */
export const schedule: readonly Job[] = [
  {
    name: 'embed',
    cron: '*/15 * * * * *',
    about: 'gives waiting events their vectors and concept probabilities',
    work: (parts) => async (signal, progress) => {
      const encoder = await parts.encoder()
      await enrolShipped({ ...parts, builtIn: parts.concepts.builtIn }, encoder.space.space)
      return embedJob({ ...parts, encoder, concepts: parts.concepts.scoring }, signal, progress)
    },
  },
  {
    name: 'concepts',
    cron: '5,20,35,50 * * * * *',
    about: 'brings new versions of concepts to stored events, and fits those anew that were labelled',
    work: (parts) => (signal, progress) => conceptsJob(parts, signal, progress),
  },
  {
    name: 'baseline',
    cron: '30 * * * * *',
    about: 'adds waiting events to the roll-ups that baselines are read from',
    work: (parts) => (signal, progress) => baselineJob(parts, signal, progress),
  },
  {
    name: 'detect',
    cron: '0 */10 * * * *',
    about: 'scores every entity day by day and raises findings',
    work: (parts) => (signal, progress) => detectJob(parts, signal, progress),
  },
  {
    name: 'monitors',
    cron: '15 */5 * * * *',
    about: 'counts what monitors and policies look for, and raises their findings',
    work: (parts) => (signal, progress) => monitorsJob(parts, signal, progress),
  },
  {
    name: 'canaries',
    cron: '50 * * * * *',
    about: 'raises findings of events that hold canary strings',
    work: (parts) => (signal) => canariesJob(parts, signal),
  },
  {
    name: 'memorised',
    cron: '25 */5 * * * *',
    about: 'takes fingerprints of answers, and raises findings of long passages that unrelated users were given',
    work: (parts) => (signal, progress) => memorisedJob(parts, signal, progress),
  },
  {
    name: 'clusters',
    cron: '0 25 * * * *',
    about: 'puts new prompts into clusters of like ones, and once a night looks for clusters that are new',
    work: (parts) => (signal, progress) => clustersJob(parts, signal, progress),
  },
  {
    name: 'topics',
    cron: '0 40 * * * *',
    about: 'learns once what each service is asked about, and marks what is off its topic',
    work: (parts) => (signal) => topicsJob(parts, signal),
  },
  {
    name: 'insiders',
    cron: '0 10 * * * *',
    about: 'works through the days of the access audit that are over, and tells admins of misuse by those who may read',
    work: (parts) => (signal, progress) => insidersJob(parts, signal, progress),
  },
  {
    name: 'digest',
    cron: '0 15 * * * *',
    about: 'writes the digest of every day that has closed',
    work: (parts) => async (signal, progress) =>
      digestJob({ ...parts, concepts: await parts.concepts.answering() }, signal, progress),
  },
  {
    name: 'checkpoint',
    cron: '0 5 * * * *',
    about: 'signs size and root of the ledger',
    work: (parts) => () => checkpointJob(parts),
  },
  {
    name: 'copy',
    cron: '*/10 * * * * *',
    about: 'puts checkpoints and sealed segments of the ledger out of reach',
    needs: 'copies_file',
    work: (parts) => (signal, progress) =>
      copyJob({ ...parts, checkpoint: async () => (await checkpoint(parts)).checkpoint }, signal, progress),
  },
  {
    name: 'keys',
    cron: '45 */5 * * * *',
    about: 'renews copies of the key ring that hold a destroyed key, or lack a new one',
    work: (parts) => () => keysJob(parts),
  },
  {
    name: 'retain',
    cron: '0 20 1 * * *',
    about: 'ends events whose time is over by the rules of retention, each with a receipt',
    needs: 'retention_file',
    work: (parts) => (signal, progress) => retainJob(parts, signal, progress),
  },
  {
    name: 'archive',
    cron: '0 50 1 * * *',
    about: 'moves texts of old events to files by the rules of retention, and reads a file of before again',
    needs: 'retention_file',
    work: (parts) => (signal, progress) => archiveJob(parts, signal, progress),
  },
  {
    name: 'verify',
    cron: '0 40 2 * * *',
    about:
      'verifies what came into the ledger, once a week all of it, and every file; raises a finding where something is wrong',
    work: (parts) => (signal, progress) => verifyJob(parts, signal, progress),
  },
  {
    name: 'compliance',
    cron: '0 20 4 * * *',
    about: 'tests each control and writes down how it stands; raises a finding where one is lost',
    work: (parts) => () => complianceJob(parts),
  },
]
