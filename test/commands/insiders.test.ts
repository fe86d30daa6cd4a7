import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { INSIDER_RECORDS } from '../../src/core/analyst.ts'
import type { Json } from '../../src/core/ports.ts'
import { parseTime } from '../../src/core/window.ts'
import { openHouse } from '../../src/roof/local-house.ts'
import { said } from '../contracts/engine/said.ts'
import { aFinding } from '../formats/a-finding.ts'
import { told } from './told.ts'

const AT = '2026-01-15T17:45:10.250000Z'
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'uc-insiders-'))
  const house = await openHouse(
    readConfig({ data_dir: join(folder, 'data'), key_file: join(folder, 'key') }, {}, folder),
  )
  const about = { entity_type: 'analyst', entity_id: 'key_x', detector: 'insider-export', tenant_id: null } as const
  const finding = aFinding({ ...about, finding_id: 'f_x', title: 'An analyst reads far more than usual', score: 70 })
  const score = { ...finding, history: [{ at: AT, score: 70 }] }
  const place = { ts: parseTime(AT)!, entity: 'analyst:key_x', tenant_id: null, rank: 70 }
  await house.engine.append([{ ...said('e1'), ts: parseTime(AT)! }])
  await house.engine.putRecords(
    [
      { ...place, kind: INSIDER_RECORDS.finding, id: 'f_x', body: finding as unknown as Json },
      { ...place, kind: INSIDER_RECORDS.score, id: 's_x', body: score as unknown as Json },
    ].map((record) => ({ record, expect: 0 })),
  )
  await house.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const undercurrent = (...args: string[]) =>
  told(...args, ...['--data-dir', join(folder, 'data'), '--key-file', join(folder, 'key')])

it.each([['findings'], ['scores'], ['digest', '2026-01-15']])(
  '%s tells of analysts where it is asked to, and not otherwise',
  async (...command) => {
    for (const form of [[], ['--json']]) {
      const plain = await undercurrent(...command, ...form)
      expect(plain.code, plain.err).toBe(0)
      expect(plain.out).not.toMatch(/key_x|insider/)
      const whole = await undercurrent(...command, '--insiders', ...form)
      expect(whole.code, whole.err).toBe(0)
      expect(whole.out).toContain('key_x')
    }
  },
)
