import { resolve } from 'node:path'

/** Settings that name a file or a folder. */
const PATHS = new Set(['path', 'folder', 'file', 'ca_file', 'tsa_ca_file', 'client_cert_file', 'client_key_file'])

/** Settings whose paths are taken from a folder: that of the file that says them. */
export function located(value: unknown, base: string): unknown {
  if (Array.isArray(value)) return value.map((one) => located(one, base))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      PATHS.has(name) && typeof one === 'string' ? resolve(base, one) : located(one, base),
    ]),
  )
}
