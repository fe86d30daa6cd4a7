// After an installation in a checkout: says in one sentence what is missing, and never fails the installation itself.
import { brokenNatives, remedy } from './natives.mjs'

const broken = brokenNatives()
if (broken.length > 0) console.error(`\nundercurrent: ${remedy(broken)}\n`)
