import { it } from 'vitest'
import { seeded } from '../../bench/seeded.ts'
import { killedInIngest, killedInJobs } from './killed.ts'

it('loses nothing acknowledged in twenty kills in mid-ingest', () => killedInIngest(20, seeded(3)))

it('ends up the same when each job is killed twenty times', () => killedInJobs(20, seeded(4), 20_000))
