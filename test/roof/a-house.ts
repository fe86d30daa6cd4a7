import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Clock } from '../../src/core/ports.ts'
import { type House, openHouse } from '../../src/roof/local-house.ts'

const opened: { house: House; folder: string }[] = []

afterAll(async () => {
  for (const { house, folder } of opened) {
    await house.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** The whole product in this thread over a folder of its own; closed and thrown away when the file of tests ends. */
export async function aHouse(settings: Record<string, unknown> = {}, clock?: Clock) {
  const folder = mkdtempSync(join(tmpdir(), 'uc-house-'))
  const config = readConfig({ data_dir: join(folder, 'var'), log_level: 'silent', ...settings }, {}, folder)
  const house = await openHouse(config, clock)
  opened.push({ house, folder })
  return { ...house, folder }
}
