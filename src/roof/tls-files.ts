import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import type { Config } from '../config.ts'
import { Problem } from '../core/problem.ts'
import type { Micros } from '../core/window.ts'

export type TlsSettings = Pick<Config, 'tls_cert_file' | 'tls_key_file' | 'tls_client_ca_file'>

/** What a TLS server shows and trusts, read at one moment and found to fit together. */
export interface TlsFiles {
  /** PEM: the certificate of the service, then those that lead to a root. */
  cert: Buffer
  /** PEM, PKCS #8 or older. Never to be told to anybody. */
  key: Buffer
  /** PEM: whose client certificates are trusted; undefined where none is asked for. */
  ca: Buffer | undefined
  /** When the certificate of the service ends. */
  expiresAt: Micros
  /** Mode of the key file, e.g. 0o600. */
  keyMode: number
}

/** No certificate chain, key or bundle of authorities is larger. */
const FILE_BYTES = 2 ** 20

/**
 * Reads certificate, key and client authorities. Throws Problem CONFIG_INVALID that names the file and its fault, and
 * quotes nothing of it: one of the files is a secret, and any may be another file than was meant.
 */
export function readTlsFiles(settings: TlsSettings): TlsFiles {
  const { bytes: cert } = contentOf('tls_cert_file', settings.tls_cert_file)
  const { bytes: key, mode: keyMode } = contentOf('tls_key_file', settings.tls_key_file)
  const [leaf] = certificatesIn('tls_cert_file', settings.tls_cert_file, cert)
  if (!leaf!.checkPrivateKey(privateKeyIn(settings.tls_key_file, key)))
    throw new Problem(
      'CONFIG_INVALID',
      `tls_key_file ${settings.tls_key_file} is not the key of the first certificate in tls_cert_file ${settings.tls_cert_file}`,
    )
  let ca: Buffer | undefined
  if (settings.tls_client_ca_file !== '') {
    ca = contentOf('tls_client_ca_file', settings.tls_client_ca_file).bytes
    certificatesIn('tls_client_ca_file', settings.tls_client_ca_file, ca)
  }
  return { cert, key, ca, expiresAt: Date.parse(leaf!.validTo) * 1000, keyMode }
}

/** Whether two readings are of the same bytes. */
export function sameFiles(one: TlsFiles, other: TlsFiles): boolean {
  const ca = one.ca === undefined || other.ca === undefined ? one.ca === other.ca : one.ca.equals(other.ca)
  return ca && one.cert.equals(other.cert) && one.key.equals(other.key)
}

function contentOf(name: string, path: string): { bytes: Buffer; mode: number } {
  try {
    const { mode, size } = statSync(path)
    if (size > FILE_BYTES)
      throw new Problem('CONFIG_INVALID', `${name} ${path} has ${size} bytes; ${FILE_BYTES} are read at most`)
    return { bytes: readFileSync(path), mode: mode & 0o777 }
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('CONFIG_INVALID', `${name} ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Every certificate of a file, each one readable; at least one. */
function certificatesIn(name: string, path: string, bytes: Buffer): X509Certificate[] {
  const text = bytes.toString('latin1')
  const begun = text.split('-----BEGIN ').length - 1
  try {
    const found = (text.match(CERTIFICATE) ?? []).map((pem) => new X509Certificate(pem))
    // a file that is still being written ends in the middle of one
    if (found.length > 0 && found.length === begun) return found
  } catch {
    // told below, without the words of the parser
  }
  throw new Problem('CONFIG_INVALID', `${name} ${path} must hold certificates in PEM, whole ones and nothing else`)
}

function privateKeyIn(path: string, bytes: Buffer): KeyObject {
  try {
    return createPrivateKey(bytes)
  } catch (error) {
    const locked = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE'
    throw new Problem(
      'CONFIG_INVALID',
      locked
        ? `tls_key_file ${path} is locked by a passphrase: give a key without one, readable by the service alone`
        : `tls_key_file ${path} holds no private key in PEM`,
    )
  }
}
