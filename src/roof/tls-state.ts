import type { Clock } from '../core/ports.ts'
import { DAY, formatTime } from '../core/window.ts'
import { EXPIRY_DAYS, openTls, type TlsServingSettings } from './tls.ts'
import { readTlsFiles } from './tls-files.ts'

/**
 * How the service would be served, in a line. Throws Problem CONFIG_INVALID as `openTls` does, and an Error that says what
 * to do where others can read the key, or the certificate has ended or will within 30 days.
 */
export function tlsState(settings: TlsServingSettings, clock: Clock): string {
  const quiet = { info() {}, warn() {}, error() {} }
  if (openTls(settings, { clock, log: quiet }) === undefined) return `plain HTTP on ${settings.host}`
  const { tls_cert_file: cert, tls_key_file: key, tls_client_ca_file: ca, tls_client_for: who } = settings
  const { expiresAt, keyMode } = readTlsFiles(settings)
  if ((keyMode & 0o077) !== 0)
    throw new Error(`${key} can be read by others (mode ${keyMode.toString(8)}): chmod 600 it`)
  const days = Math.floor((expiresAt - clock.now()) / DAY)
  const end = formatTime(expiresAt).slice(0, 10)
  if (days < 0) throw new Error(`the certificate in ${cert} ended on ${end}: clients refuse it, put a new one there`)
  if (days < EXPIRY_DAYS) throw new Error(`the certificate in ${cert} ends on ${end}, in ${days} days: renew it`)
  return `${cert} until ${end}${ca === '' ? '' : `; client certificates for ${who}`}`
}
