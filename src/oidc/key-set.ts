import type { JSONWebKeySet } from 'jose'
import { discoveredKeys } from './discovery.ts'
import { type Reach, readDocument, toldStatus, unreachable } from './issuer-document.ts'

export interface KeySource {
  issuer: string
  /** Address of the keys; empty where the issuer is asked for it. */
  address: string
}

/** The keys of an issuer as they stand now. Throws ISSUER_UNREACHABLE, which says at which address what was wrong. */
export async function readKeySet({ issuer, address }: KeySource, reach: Reach): Promise<JSONWebKeySet> {
  const { url, told } = address === '' ? await discoveredKeys(issuer, reach) : { url: new URL(address), told: false }
  const { status, document } = await readDocument(url, told, reach)
  if (status !== 200) throw unreachable(url, `answers ${toldStatus(status)}`)
  if (!Array.isArray(document?.keys)) throw unreachable(url, 'answers no set of keys (JWKS)')
  return document as unknown as JSONWebKeySet
}
