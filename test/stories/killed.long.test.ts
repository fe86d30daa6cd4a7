import { it } from 'vitest'
import { killedInIngest, killedInJobs } from './killed.ts'
import { seeded } from './seeded.ts'

it('loses nothing acknowledged in twenty kills in mid-ingest', () => killedInIngest(20, seeded(3)))

it('ends up the same when each job is killed twenty times', () => killedInJobs(20, seeded(4), 20_000))
