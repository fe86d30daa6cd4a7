import { it } from 'vitest'
import { rekeyedUnderLoad } from './rekeyed.ts'

it(
  'a service under load changes master key and store key, loses nothing, and the former key opens nothing',
  () => rekeyedUnderLoad(1),
  120_000,
)
