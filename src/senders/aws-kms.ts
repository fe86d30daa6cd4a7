import { Problem } from '../core/problem.ts'
import { type AwsOptions, awsRequest } from './aws-request.ts'
import type { WebAnswer } from './http-request.ts'

export interface KmsOptions extends Omit<AwsOptions, 'region'> {
  /** ARN of a symmetric key or of an alias of one; the region is taken from it. */
  key: string
  /** Where the KMS is spoken to, e.g. a VPC endpoint; the public one of the region where not given. */
  endpoint?: URL
}

/** A key that never leaves its KMS. Both throw Problem CONFIG_INVALID where the KMS does not do it; nothing is changed then. */
export interface Kms {
  /** @param plain at most 4096 bytes */
  encrypt(plain: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
  decrypt(sealed: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}

const ARN = /^arn:(aws(?:-[a-z]+)*):kms:([a-z]+(?:-[a-z]+)*-\d):\d{12}:(?:key|alias)\/[\w/-]{1,256}$/
/** Domains of the partitions whose services answer in public. */
const DOMAINS: Record<string, string> = {
  aws: 'amazonaws.com',
  'aws-us-gov': 'amazonaws.com',
  'aws-cn': 'amazonaws.com.cn',
}
/** Authenticated with every cipher text and told in every line of the KMS's own log; a key policy may insist on it. */
const CONTEXT = { product: 'undercurrent', purpose: 'master-key' }

/** AWS KMS: Encrypt and Decrypt under one key. Throws Problem CONFIG_INVALID where `key` is no ARN of a key or an alias. */
export function awsKms(options: KmsOptions): Kms {
  const { key, endpoint } = options
  const [, partition = '', region = ''] = ARN.exec(key) ?? []
  if (region === '')
    throw new Problem(
      'CONFIG_INVALID',
      'key_kms must be the ARN of a key or of an alias, such as arn:aws:kms:eu-central-1:111122223333:alias/undercurrent',
    )
  const domain = DOMAINS[partition]
  if (endpoint === undefined && domain === undefined)
    throw new Problem('CONFIG_INVALID', `where the KMS of ${partition} answers is not known: give key_kms_endpoint`)
  const url = endpoint ?? new URL(`https://kms.${region}.${domain}/`)

  async function call(
    action: 'Encrypt' | 'Decrypt',
    give: string,
    bytes: Uint8Array,
    take: string,
    signal: AbortSignal,
  ) {
    const ask = { KeyId: key, [give]: Buffer.from(bytes).toString('base64'), EncryptionContext: CONTEXT }
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${action}` }
    const sent = { method: 'POST', headers, body: Buffer.from(JSON.stringify(ask)) }
    const answer = await awsRequest('kms', url, sent, { ...options, region }, signal).catch((error: unknown) => {
      throw error instanceof Problem ? new Problem('CONFIG_INVALID', `key_kms: ${error.message}`) : error
    })
    const value = answer.status === 200 ? fieldOf(answer, take) : ''
    if (value === '') throw refused(url.host, action, answer)
    return new Uint8Array(Buffer.from(value, 'base64'))
  }

  return {
    encrypt: (plain, signal) => call('Encrypt', 'Plaintext', plain, 'CiphertextBlob', signal),
    decrypt: (sealed, signal) => call('Decrypt', 'CiphertextBlob', sealed, 'Plaintext', signal),
  }
}

/** A text of an answer in JSON; empty where there is none. */
function fieldOf({ body }: WebAnswer, name: string): string {
  try {
    const answer = JSON.parse(body.toString('utf8')) as Record<string, unknown> | null
    const value = answer?.[name]
    return typeof value === 'string' ? value : ''
  } catch {
    return ''
  }
}

/** What the KMS means, by its own code. */
const CODES: Record<string, string> = {
  AccessDeniedException: 'these credentials may not do that with the key of key_kms',
  NotFoundException: 'there is no key or alias of the ARN in key_kms',
  DisabledException: 'the key is disabled: enable it in the KMS',
  KMSInvalidStateException: 'the key cannot be used in its state, such as a deletion that is pending',
  KeyUnavailableException: 'the key cannot be had now: try again',
  IncorrectKeyException: 'the master key was encrypted under another key than that of key_kms: name that one',
  InvalidCiphertextException: 'what is kept of the master key was altered, or is of another key',
  InvalidKeyUsageException: 'the key is none to encrypt with: name a symmetric one',
  InvalidArnException: 'it does not take the ARN in key_kms',
  UnrecognizedClientException: 'it does not know the access key id, or the session token is not of it',
  InvalidClientTokenId: 'it does not know the access key id',
  InvalidSignatureException: 'the secret access key is wrong, or its clock and that of this machine are too far apart',
  SignatureDoesNotMatch: 'the secret access key is wrong',
  ExpiredTokenException: 'the session token has expired',
  ThrottlingException: 'it wants fewer requests: try again',
  LimitExceededException: 'it wants fewer requests: try again',
  DependencyTimeoutException: 'it could not do it in time: try again',
  KMSInternalException: 'it failed: try again',
}

/** Codes are a closed list of words; the text of an answer is not quoted, for it may repeat what was sent. */
function refused(host: string, action: string, answer: WebAnswer): Problem {
  const code = /^(?:[\w.]+#)?([A-Za-z]{1,60})$/.exec(fieldOf(answer, '__type'))?.[1] ?? ''
  const reason = CODES[code] ?? (code === '' ? 'that is no answer of a KMS' : code)
  return new Problem('CONFIG_INVALID', `key_kms: ${host} refuses ${action} (${answer.status}): ${reason}`)
}
