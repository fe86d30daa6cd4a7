import { RULES } from '../../src/redactors/rules.ts'
import { createScan } from '../../src/redactors/scan.ts'

/** What the rules of a house that has said nothing find in a text. Built once for all tests of a file. */
export const explain = createScan(RULES)
