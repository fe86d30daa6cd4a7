import { createHash } from 'node:crypto'
import type { ObjectIdentifier, OctetString, Sequence } from 'asn1js'
import { Certificate, ExtKeyUsage, SignedData, type SignerInfo, TimeStampResp, TSTInfo } from 'pkijs'
import type { Micros } from '../core/window.ts'

/** SHA-256 (RFC 5754). */
export const SHA256 = '2.16.840.1.101.3.4.2.1'

const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const EXT_KEY_USAGE = '2.5.29.37'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
/** id-aa-signingCertificate (SHA-1) and id-aa-signingCertificateV2 (RFC 2634, RFC 5035). */
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12'
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47'
const HASHES: Record<string, string> = {
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** Why an authority refuses (PKIFailureInfo of RFC 3161), by bit. */
const FAILURES: Record<number, string> = {
  0: 'it does not know the hash',
  2: 'it does not take the request',
  5: 'it cannot read the request',
  14: 'its clock is not available',
  15: 'it does not know the policy',
  16: 'it does not know an extension',
  17: 'it lacks something that the request asks for',
  25: 'it failed',
}

export interface TimestampAsk {
  /** What the stamp must be on: its SHA-256. */
  note: Uint8Array
  /** Null where it was not kept. */
  nonce: Uint8Array | null
  /** PEM; null: the signature is checked, and not whose it is. */
  authorities: string | null
}

/**
 * Checks an answer of a time-stamping authority (RFC 3161, section 2.4): granted, on this hash and nonce, signed by a
 * certificate that is for time stamping alone and that the signature itself names, valid at that time. Throws an Error
 * that says what is wrong.
 * @param reply TimeStampResp, DER
 */
export async function checkTimestamp(reply: Uint8Array, ask: TimestampAsk): Promise<{ time: Micros }> {
  const signed = signedDataOf(reply)
  const content = signed.encapContentInfo.eContent?.getValue()
  if (content === undefined || signed.encapContentInfo.eContentType !== TST_INFO)
    throw new Error('it holds no time-stamp token')
  const info = TSTInfo.fromBER(content)
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  if (hashAlgorithm.algorithmId !== SHA256 || !same(hashedMessage.valueBlock.valueHexView, sha256(ask.note)))
    throw new Error('it is on another checkpoint')
  if (ask.nonce !== null && (info.nonce === undefined || !same(info.nonce.valueBlock.valueHexView, ask.nonce)))
    throw new Error('it answers another request (nonce)')
  const [signer] = signed.signerInfos
  if (signer === undefined || signed.signerInfos.length !== 1) throw new Error('it must have one signature')
  if (!(await signatureHolds(signed, ask)))
    throw new Error(
      ask.authorities === null
        ? 'its signature is wrong'
        : 'its signature is wrong, or its certificate does not lead to tsa_ca_file',
    )
  checkCertificate(signerCertificate(signed, signer), signer, info.genTime)
  return { time: info.genTime.getTime() * 1000 }
}

function signedDataOf(reply: Uint8Array): SignedData {
  let response: TimeStampResp
  try {
    response = TimeStampResp.fromBER(new Uint8Array(reply))
  } catch (cause) {
    throw new Error('it cannot be read as DER', { cause })
  }
  const { status, failInfo } = response.status
  // granted, and granted with modifications
  if (status !== 0 && status !== 1) {
    const bits = failInfo?.valueBlock.valueHexView ?? new Uint8Array()
    const bit = Object.keys(FAILURES).find((at) => ((bits[Number(at) >> 3] ?? 0) >> (7 - (Number(at) & 7))) & 1)
    throw new Error(`it was not granted (status ${status})${bit === undefined ? '' : `: ${FAILURES[Number(bit)]}`}`)
  }
  const token = response.timeStampToken
  if (token === undefined || token.contentType !== SIGNED_DATA) throw new Error('it holds no time-stamp token')
  return new SignedData({ schema: token.content })
}

/** Signature, digest of the content and imprint of the note, and the chain where authorities are known. */
async function signatureHolds(signed: SignedData, { note, authorities }: TimestampAsk): Promise<boolean> {
  const type = attribute(signed.signerInfos[0]!, CONTENT_TYPE) as ObjectIdentifier | undefined
  // without signed attributes the signature would be on the content alone, which RFC 3161 does not allow
  if (type?.valueBlock.toString() !== TST_INFO) return false
  const trustedCerts = authorities === null ? [] : certificatesIn(authorities)
  const data = new Uint8Array(note).buffer
  return await signed.verify({ signer: 0, checkChain: authorities !== null, trustedCerts, data }).catch(() => false)
}

function signerCertificate(signed: SignedData, signer: SignerInfo): Certificate {
  const { sid } = signer
  const found = signed.certificates?.find(
    (one): one is Certificate =>
      one instanceof Certificate &&
      'serialNumber' in sid &&
      one.issuer.isEqual(sid.issuer) &&
      one.serialNumber.isEqual(sid.serialNumber),
  )
  if (found === undefined) throw new Error('the certificate of its signer did not come along')
  return found
}

/** RFC 3161, section 2.3: for time stamping alone, critically; section 2.4.2: the signature names its certificate. */
function checkCertificate(certificate: Certificate, signer: SignerInfo, at: Date) {
  const usage = certificate.extensions?.find(({ extnID }) => extnID === EXT_KEY_USAGE)
  const purposes = usage?.parsedValue instanceof ExtKeyUsage ? usage.parsedValue.keyPurposes : []
  if (usage?.critical !== true || purposes.length !== 1 || purposes[0] !== TIME_STAMPING)
    throw new Error('its certificate is not for time stamping alone')
  if (at < certificate.notBefore.value || at > certificate.notAfter.value)
    throw new Error('its certificate was not valid then')
  const der = Buffer.from(certificate.toSchema(true).toBER())
  const named = (attribute(signer, SIGNING_CERTIFICATE_V2) ?? attribute(signer, SIGNING_CERTIFICATE)) as
    | Sequence
    | undefined
  const v2 = attribute(signer, SIGNING_CERTIFICATE_V2) !== undefined
  const [hash, name] = firstId(named, v2 ? 'sha256' : 'sha1')
  if (hash === null || !same(hash, createHash(name).update(der).digest()))
    throw new Error('its signature does not name the certificate')
}

/** Hash of the first certificate that an attribute names: ESSCertID, or ESSCertIDv2 where an algorithm may stand first. */
function firstId(named: Sequence | undefined, standard: string): [Uint8Array | null, string] {
  const ids = named?.valueBlock.value[0] as Sequence | undefined
  const id = ids?.valueBlock.value[0] as Sequence | undefined
  const parts = id?.valueBlock.value ?? []
  const algorithm = 'valueHexView' in (parts[0]?.valueBlock ?? {}) ? null : (parts[0] as Sequence | undefined)
  const oid = (algorithm?.valueBlock.value[0] as ObjectIdentifier | undefined)?.valueBlock.toString()
  const hash = parts[algorithm === null ? 0 : 1] as OctetString | undefined
  return [hash?.valueBlock.valueHexView ?? null, oid === undefined ? standard : (HASHES[oid] ?? standard)]
}

const attribute = (signer: SignerInfo, type: string): unknown =>
  signer.signedAttrs?.attributes.find((one) => one.type === type)?.values[0]

function certificatesIn(pem: string): Certificate[] {
  const found = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)
  const certificates = Array.from(found, ([, text]) =>
    Certificate.fromBER(new Uint8Array(Buffer.from(text!, 'base64'))),
  )
  if (certificates.length === 0) throw new Error('tsa_ca_file holds no certificate')
  return certificates
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(b)
