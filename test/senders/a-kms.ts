import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { httpServer, type Received } from './receivers.ts'

export const ACCESS_KEY_ID = 'AKIDEXAMPLE'
export const SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
export const A_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
export const ANOTHER_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/ffffabcd-12ab-34cd-56ef-1234567890ab'
export const AN_ALIAS = 'arn:aws:kms:eu-central-1:111122223333:alias/undercurrent'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Whether a request is signed as Signature Version 4 says, from its specification, for a path and query that are plain. */
export function isSigned({ method, path, headers, body }: Received, secret: string, service: string): boolean {
  const form =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/
  const [, day = '', region = '', named, signedHeaders = '', signature] = form.exec(String(headers.authorization)) ?? []
  const time = String(headers['x-amz-date'])
  const age = Date.now() - Date.parse(time.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:'))
  if (named !== service || !time.startsWith(day) || !(Math.abs(age) < 300_000)) return false
  if (!signedHeaders.split(';').includes('host') || !signedHeaders.split(';').includes('x-amz-target')) return false
  const canonical = signedHeaders.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`)
  const request = [method, path, '', canonical.join(''), signedHeaders, sha256(body)].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`)
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex') === signature
}

/**
 * A KMS on this machine with two keys and an alias of the first, as far as a master key needs it. It checks signatures,
 * encrypts with AES-256-GCM and authenticates the encryption context.
 */
export async function aKms() {
  const keys = new Map([A_KEY, ANOTHER_KEY].map((arn) => [arn, randomBytes(32)]))
  const kms = { state: 'Enabled', denied: new Set<string>(), answer: undefined as [number, string] | undefined }
  const refuse = (code: string): [number, object] => [
    400,
    { __type: code, Message: `no, said of ${SECRET_ACCESS_KEY}` },
  ]

  function answer(request: Received): [number, object] {
    const { headers, body } = request
    const action = String(headers['x-amz-target']).replace('TrentService.', '')
    if (!String(headers.authorization).includes(`Credential=${ACCESS_KEY_ID}/`))
      return refuse('UnrecognizedClientException')
    if (!isSigned(request, SECRET_ACCESS_KEY, 'kms')) return refuse('InvalidSignatureException')
    if (kms.denied.has(action)) return refuse('AccessDeniedException')
    const { KeyId, Plaintext, CiphertextBlob, EncryptionContext } = JSON.parse(body.toString())
    const arn = KeyId === AN_ALIAS ? A_KEY : KeyId
    const key = keys.get(arn)
    if (key === undefined) return refuse('NotFoundException')
    if (kms.state !== 'Enabled') return refuse(kms.state)
    const context = Buffer.from(JSON.stringify(EncryptionContext))
    if (action === 'Encrypt') {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context)
      const sealed = Buffer.concat([cipher.update(Buffer.from(Plaintext, 'base64')), cipher.final()])
      const blob = Buffer.concat([Buffer.from(sha256(arn), 'hex'), nonce, cipher.getAuthTag(), sealed])
      return [200, { KeyId: arn, CiphertextBlob: blob.toString('base64') }]
    }
    const blob = Buffer.from(CiphertextBlob, 'base64')
    if (![...keys.keys()].some((one) => sha256(one) === blob.subarray(0, 32).toString('hex')))
      return refuse('InvalidCiphertextException')
    if (sha256(arn) !== blob.subarray(0, 32).toString('hex')) return refuse('IncorrectKeyException')
    try {
      const opening = createDecipheriv('aes-256-gcm', key, blob.subarray(32, 44))
        .setAAD(context)
        .setAuthTag(blob.subarray(44, 60))
      const plain = Buffer.concat([opening.update(blob.subarray(60)), opening.final()])
      return [200, { KeyId: arn, Plaintext: plain.toString('base64') }]
    } catch {
      return refuse('InvalidCiphertextException')
    }
  }

  const { url, received } = await httpServer((request, response) => {
    const [status, body] = answer(request)
    response.writeHead(kms.answer?.[0] ?? status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(kms.answer?.[1] ?? JSON.stringify(body))
  })
  return Object.assign(kms, { url, received })
}
