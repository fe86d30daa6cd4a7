// After the compiler, and only where it found no error: the command can be run, and the build counts as newer than its sources.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './natives.mjs'

chmodSync(join(root, 'dist', 'src', 'commands', 'run.js'), 0o755)
writeFileSync(join(root, 'dist', '.built'), '')
await import('./check-natives.mjs')
