import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbedded } from '../../../src/engines/embedded/open.ts'
import { storeKey } from '../../store-key.ts'
import { amendmentContract } from './amendments.ts'
import { archiveContract } from './archiving.ts'
import { chunkContract } from './chunks.ts'
import { engineContract, type Opener } from './contract.ts'
import { fingerprintContract } from './fingerprints.ts'
import { primaryContract } from './primary.ts'
import { sealedContract } from './sealed-entries.ts'

const open: Opener = (clock) =>
  openEmbedded({ key: storeKey, dataDir: mkdtempSync(join(tmpdir(), 'uc-engine-')), clock })

engineContract('the embedded engine', open)
amendmentContract('the embedded engine', open)
primaryContract('the embedded engine', open)
chunkContract('the embedded engine', open)
fingerprintContract('the embedded engine', open)
sealedContract('the embedded engine', open)
archiveContract('the embedded engine', open)
