import type { Config } from '../config.ts'
import type { Log } from '../core/ports.ts'
import type { Redactor } from '../redactors/index.ts'
import { lineLog } from './line-log.ts'
import { openRedactor } from './open-redactor.ts'

/**
 * The log of a house: its texts are redacted as those of events are. Its first line throws CONFIG_INVALID where there can
 * be no redactor.
 */
export function houseLog(config: Config, level: string = config.log_level): Log {
  let redactor: Redactor | null = null
  return lineLog(level, (text) => {
    redactor ??= openRedactor(config)
    return redactor.text(text)
  })
}
