import { expect, it } from 'vitest'
import { awsKms, type KmsOptions } from '../../src/senders/aws-kms.ts'
import { calm } from './a-checkpoint.ts'
import { A_KEY, ACCESS_KEY_ID, AN_ALIAS, ANOTHER_KEY, aKms, SECRET_ACCESS_KEY } from './a-kms.ts'

const credentials = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY }
const at = (url: string, more: Partial<KmsOptions> = {}) =>
  awsKms({
    key: A_KEY,
    endpoint: new URL(url),
    credentials: () => credentials,
    now: () => Date.now() * 1000,
    allowPrivate: true,
    timeoutMs: 2000,
    ...more,
  })
const plain = new Uint8Array(32).fill(7)

it('gives back what it encrypted, by the key or an alias of it, in requests that are signed and name the product', async () => {
  const kms = await aKms()
  const sealed = await at(kms.url).encrypt(plain, calm)
  expect(Buffer.from(sealed).includes(Buffer.from(plain))).toBe(false)
  expect(await at(kms.url, { key: AN_ALIAS }).decrypt(sealed, calm)).toEqual(plain)
  for (const { headers, body } of kms.received) {
    expect(headers.authorization).toContain('/eu-central-1/kms/aws4_request')
    expect(JSON.parse(body.toString()).EncryptionContext).toMatchObject({ product: 'undercurrent' })
  }
})

it('sends a session token, signed like the rest', async () => {
  const kms = await aKms()
  const session = at(kms.url, { credentials: () => ({ ...credentials, sessionToken: 'a token' }) })
  await session.encrypt(plain, calm)
  const { headers } = kms.received[0]!
  expect(headers['x-amz-security-token']).toBe('a token')
  expect(headers.authorization).toContain('x-amz-security-token')
})

it('says in words what the KMS refuses, and repeats nothing of its answer', async () => {
  const kms = await aKms()
  const sealed = await at(kms.url).encrypt(plain, calm)
  const refusal = (more: Partial<KmsOptions> = {}) =>
    at(kms.url, more)
      .decrypt(sealed, calm)
      .then(
        () => 'nothing',
        (error: Error) => error.message,
      )
  const host = new URL(kms.url).host
  expect(await refusal({ key: ANOTHER_KEY })).toBe(
    `key_kms: ${host} refuses Decrypt (400): the master key was encrypted under another key than that of key_kms: name that one`,
  )
  expect(await refusal({ key: `${AN_ALIAS}2` })).toContain('there is no key or alias')
  expect(await refusal({ credentials: () => ({ ...credentials, accessKeyId: 'AKIDOTHER' }) })).toContain(
    'access key id',
  )
  expect(await refusal({ credentials: () => ({ ...credentials, secretAccessKey: 'other' }) })).toContain('is wrong')
  expect(await refusal({ now: () => 0 })).toContain('clock')
  kms.state = 'DisabledException'
  expect(await refusal()).toContain('the key is disabled')
  kms.state = 'com.amazonaws.kms#KMSInvalidStateException'
  expect(await refusal()).toContain('a deletion that is pending')
  kms.denied.add('Decrypt')
  expect(await refusal()).toMatch(/these credentials may not do that[^K]*$/)
  sealed[40]! ^= 1
  kms.denied.clear()
  kms.state = 'Enabled'
  expect(await refusal()).toContain('was altered')
})

it.each<[string, [number, string]]>([
  ['an error page', [502, '<html>bad gateway</html>']],
  ['nothing', [200, '']],
  ['null', [200, 'null']],
  ['another form', [200, '{"Plaintext":5}']],
  ['a reason that is none', [400, '{"__type":"a secret that came back"}']],
])('that answers with %s is none', async (_, answer) => {
  const kms = await aKms()
  kms.answer = answer
  const asked = at(kms.url).decrypt(plain, calm)
  await expect(asked).rejects.toThrow(`(${answer[0]}): that is no answer of a KMS`)
  await expect(asked).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})

it('that is not there is told as such', async () => {
  await expect(at('http://127.0.0.1:1').encrypt(plain, calm)).rejects.toThrow(
    'key_kms: 127.0.0.1:1 refuses the connection: nothing listens there',
  )
})

it.each([
  'alias/undercurrent',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  'arn:aws:kms:eu-central-1:111122223333:key/a b',
  'arn:aws:kms:evil.example/:111122223333:key/1',
  'arn:aws:s3:eu-central-1:111122223333:key/1',
])('is not asked by %s, which is no ARN of a key', (key) => {
  expect(() => at('https://kms.example.net', { key })).toThrow('key_kms must be the ARN')
})

it('is asked in another partition only where it is told the place', () => {
  const key = 'arn:aws-iso:kms:us-iso-east-1:111122223333:key/1'
  const { endpoint: _, ...options }: KmsOptions = {
    key,
    endpoint: new URL('https://kms.example.net'),
    credentials: () => credentials,
    now: () => 0,
    allowPrivate: true,
    timeoutMs: 1,
  }
  expect(() => awsKms(options)).toThrow('give key_kms_endpoint')
  expect(() => at('https://kms.example.net', { key })).not.toThrow()
})
