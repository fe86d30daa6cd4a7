import type { FindingFormat } from '../../core/format.ts'
import { cef } from './cef.ts'
import { ecs } from './ecs.ts'
import { leef } from './leef.ts'
import { native } from './native.ts'
import { ocsf } from './ocsf.ts'

/** Every way to write a finding, by name. */
export const findingFormats: Readonly<Record<FindingFormat['name'], FindingFormat>> = { ocsf, ecs, cef, leef, native }
