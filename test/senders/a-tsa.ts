import { createHash, webcrypto } from 'node:crypto'
import * as asn1 from 'asn1js'
import * as pkijs from 'pkijs'

const { subtle } = webcrypto
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

export interface TsaFaults {
  /** Answers so instead of granting. */
  status?: number
  nonce?: Uint8Array
  /** SHA-256 that is stamped instead of the one that was asked for. */
  imprint?: Uint8Array
  time?: Date
  /** Purposes of the certificate; critical unless said. */
  purposes?: string[]
  critical?: boolean
  /** Changes the signature. */
  forged?: boolean
  /** Leaves out which certificate signed. */
  unnamed?: boolean
}

/** A time-stamping authority: its own authority's certificate in PEM, and its answer to a request. */
export async function aTsa({ purposes = [TIME_STAMPING], critical = true, ...faults }: TsaFaults = {}) {
  const [rootKeys, keys] = await Promise.all([1, 2].map(() => subtle.generateKey(EC, true, ['sign', 'verify'])))
  const root = await aCertificate('Test Root', 'Test Root', 1, rootKeys!, rootKeys!, [
    new pkijs.Extension({
      extnID: '2.5.29.19',
      critical: true,
      extnValue: new pkijs.BasicConstraints({ cA: true }).toSchema().toBER(),
    }),
  ])
  const own = await aCertificate('Test TSA', 'Test Root', 2, keys!, rootKeys!, [
    new pkijs.Extension({
      extnID: '2.5.29.37',
      critical,
      extnValue: new pkijs.ExtKeyUsage({ keyPurposes: purposes }).toSchema().toBER(),
    }),
  ])
  const der = own.toSchema(true).toBER()

  async function token(request: pkijs.TimeStampReq): Promise<pkijs.ContentInfo> {
    const hashed = faults.imprint ?? request.messageImprint.hashedMessage.valueBlock.valueHexView
    const info = new pkijs.TSTInfo({
      version: 1,
      policy: '1.2.3.4.1',
      messageImprint: new pkijs.MessageImprint({
        hashAlgorithm: request.messageImprint.hashAlgorithm,
        hashedMessage: new asn1.OctetString({ valueHex: new Uint8Array(hashed).buffer }),
      }),
      serialNumber: new asn1.Integer({ value: 7 }),
      genTime: faults.time ?? new Date('2026-01-15T08:00:00Z'),
      nonce: new asn1.Integer({
        valueHex: new Uint8Array(faults.nonce ?? request.nonce!.valueBlock.valueHexView).buffer,
      }),
    })
    const content = info.toSchema().toBER()
    const sha256 = (bytes: ArrayBuffer) =>
      new asn1.OctetString({
        valueHex: new Uint8Array(createHash('sha256').update(Buffer.from(bytes)).digest()).buffer,
      })
    const attribute = (type: string, value: asn1.BaseBlock) => new pkijs.Attribute({ type, values: [value] })
    const id = new asn1.Sequence({ value: [sha256(der)] })
    const signer = new pkijs.SignerInfo({
      version: 1,
      sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
      signedAttrs: new pkijs.SignedAndUnsignedAttributes({
        type: 0,
        attributes: [
          attribute('1.2.840.113549.1.9.3', new asn1.ObjectIdentifier({ value: TST_INFO })),
          attribute('1.2.840.113549.1.9.4', sha256(content)),
          ...(faults.unnamed === true
            ? []
            : [
                attribute(
                  '1.2.840.113549.1.9.16.2.47',
                  new asn1.Sequence({ value: [new asn1.Sequence({ value: [id] })] }),
                ),
              ]),
        ],
      }),
    })
    const signed = new pkijs.SignedData({
      version: 3,
      encapContentInfo: new pkijs.EncapsulatedContentInfo({
        eContentType: TST_INFO,
        eContent: new asn1.OctetString({ valueHex: content }),
      }),
      signerInfos: [signer],
      certificates: [own],
    })
    await signed.sign(keys!.privateKey, 0, 'SHA-256')
    if (faults.forged === true) {
      const bytes = signed.signerInfos[0]!.signature.valueBlock.valueHexView
      bytes[bytes.length - 1]! ^= 1
    }
    return new pkijs.ContentInfo({ contentType: '1.2.840.113549.1.7.2', content: signed.toSchema(true) })
  }

  return {
    ca: pem(root),
    async answer(query: Uint8Array): Promise<Buffer> {
      const request = pkijs.TimeStampReq.fromBER(new Uint8Array(query))
      const status = new pkijs.PKIStatusInfo({ status: faults.status ?? 0 })
      const granted = (faults.status ?? 0) < 2
      const reply = new pkijs.TimeStampResp({ status, ...(granted ? { timeStampToken: await token(request) } : {}) })
      return Buffer.from(reply.toSchema().toBER())
    },
  }
}

async function aCertificate(
  subject: string,
  issuer: string,
  serial: number,
  { publicKey }: webcrypto.CryptoKeyPair,
  { privateKey }: webcrypto.CryptoKeyPair,
  extensions: pkijs.Extension[],
): Promise<pkijs.Certificate> {
  const name = (value: string) =>
    new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1.Utf8String({ value }) })
  const certificate = new pkijs.Certificate({
    version: 2,
    serialNumber: new asn1.Integer({ value: serial }),
    notBefore: new pkijs.Time({ value: new Date('2020-01-01') }),
    notAfter: new pkijs.Time({ value: new Date('2040-01-01') }),
    extensions,
  })
  certificate.subject.typesAndValues.push(name(subject))
  certificate.issuer.typesAndValues.push(name(issuer))
  await certificate.subjectPublicKeyInfo.importKey(publicKey)
  await certificate.sign(privateKey, 'SHA-256')
  return certificate
}

function pem(certificate: pkijs.Certificate): string {
  const lines = Buffer.from(certificate.toSchema(true).toBER())
    .toString('base64')
    .match(/.{1,64}/g)!
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
