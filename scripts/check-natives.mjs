// After an installation or a build in a checkout: says in one sentence what is missing, and never fails either.
import { linkCommand } from './link-command.mjs'
import { brokenNatives, remedy } from './natives.mjs'

linkCommand()
const broken = brokenNatives()
if (broken.length > 0) console.error(`\nundercurrent: ${remedy(broken)}\n`)
