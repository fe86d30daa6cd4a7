import { expect, it } from 'vitest'
import { seeded } from '../../src/stats/seeded.ts'
import { killedInAmendments, killedInIngest, killedInJobs } from './killed.ts'
import { killedInArchive } from './killed-archive.ts'
import { killedInArchiving } from './killed-archiving.ts'
import { killedInErasures } from './killed-erasures.ts'
import { killedInRetention } from './killed-retention.ts'

it('loses nothing acknowledged in twenty kills in mid-ingest', () => killedInIngest(20, seeded(3)))

it('ends up the same when each job is killed twenty times', () => killedInJobs(20, seeded(4), 20_000))

it.each([false, true])(
  'ends up as one run would when an amendment is killed ten times, service beside it: %s',
  (beside) => killedInAmendments(10, seeded(6), 10_000, beside),
)

it('erases each of a hundred users, with one receipt, when each erasure is killed', () =>
  killedInErasures(100, seeded(8)))

it('ends what is due and nothing else when each of twenty-five runs of retention is killed three times', () =>
  killedInRetention(25, seeded(10)))

it('moves every text to a file once when each of six runs of the archive is killed three times', () =>
  killedInArchiving(6, seeded(12)))

it(
  'keeps what should stay and nothing that should go in twenty-five rounds, of which each command is killed',
  async () => expect(await killedInArchive(25, seeded(12))).toBeGreaterThan(75),
  60 * 60_000,
)
