import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { engineContract } from './contract.ts'

engineContract('the embedded engine', (clock) =>
  openEmbedded({ dataDir: mkdtempSync(join(tmpdir(), 'uc-engine-')), clock }),
)
