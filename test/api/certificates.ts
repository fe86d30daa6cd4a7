import { webcrypto } from 'node:crypto'
import { Integer, Utf8String } from 'asn1js'
import {
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  CryptoEngine,
  Extension,
  GeneralName,
  GeneralNames,
  setEngine,
} from 'pkijs'

setEngine('node', new CryptoEngine({ name: 'node', crypto: webcrypto as unknown as Crypto }))

export interface Made {
  /** PEM. */
  cert: string
  /** PEM, PKCS #8. */
  key: string
  name: string
  privateKey: CryptoKey
}

const DAY_MS = 86_400_000

/** A certificate for `localhost` by an authority, or an authority where none is named. From and to in days from now. */
export async function aCertificate(
  name: string,
  { by, from = -60, to = 60 }: { by?: Made; from?: number; to?: number } = {},
): Promise<Made> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const pair = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as unknown as CryptoKeyPair
  const made = new Certificate({
    version: 2,
    serialNumber: new Integer({ value: 1 + Math.floor(Math.random() * 1e6) }),
  })
  const named = (value: string) => new AttributeTypeAndValue({ type: '2.5.4.3', value: new Utf8String({ value }) })
  made.subject.typesAndValues.push(named(name))
  made.issuer.typesAndValues.push(named(by?.name ?? name))
  made.notBefore.value = new Date(Date.now() + from * DAY_MS)
  made.notAfter.value = new Date(Date.now() + to * DAY_MS)
  const extension = (extnID: string, value: BasicConstraints | GeneralNames) =>
    new Extension({ extnID, critical: extnID === '2.5.29.19', extnValue: value.toSchema().toBER(false) })
  made.extensions = [
    extension('2.5.29.19', new BasicConstraints({ cA: by === undefined })),
    ...(by === undefined
      ? []
      : [extension('2.5.29.17', new GeneralNames({ names: [new GeneralName({ type: 2, value: 'localhost' })] }))]),
  ]
  await made.subjectPublicKeyInfo.importKey(pair.publicKey)
  await made.sign(by?.privateKey ?? pair.privateKey, 'SHA-256')
  const key = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey as never)
  return {
    cert: pem('CERTIFICATE', made.toSchema(true).toBER(false)),
    key: pem('PRIVATE KEY', key as ArrayBuffer),
    name,
    privateKey: pair.privateKey,
  }
}

function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
