import { describe, expect, it } from 'vitest'
import { createScan } from '../../src/redactors/scan.ts'
import { secrets } from '../../src/redactors/secrets/secrets.ts'
import { part } from './samples.ts'

/** Secrets said in prose are tested elsewhere. */
const scan = createScan(secrets.filter(({ name }) => !name.startsWith('spoken')))
const found = (text: string) => scan(text).map(({ start, end }) => text.slice(start, end))

const token = part(40)
const lower = part(32, 'q7x2mr9b4tk6wz3hv8ns5dj1fy0pc')
const hex = part(40, '3f9a7c21d4e05b66')
const uuid = [8, 4, 4, 4, 12].map((n) => part(n, '3f9a7c21d4e05b66')).join('-')

describe('a token drawn by chance is secret', () => {
  it.each([
    ['after a sentence that announces it', `here is my token for you, ${token}`, token],
    ['as the object of one', `use the key ${token} from now on`, token],
    ['on the next line', `Please use the following password to proceed:\n\n${hex}\n\nand log in.`, hex],
    ['in quotes', `the api key is called "${lower}"`, lower],
    ['before the word that says so', `${token} is my secret`, token],
    ['with a scheme alone', `try Bearer ${token}`, token],
    ['in hex, where nothing says hash', `my access token ${hex}`, hex],
  ])('%s', (_, text, value) => expect(found(text)).toEqual([value]))
})

describe('what words or form call harmless stays', () => {
  it.each([
    `the commit of the key change is ${hex}`,
    `sha256 digest of the token file ${hex}${hex.slice(0, 24)}`,
    `etag of the secret page ${hex}`,
    `the key id ${uuid}`,
    `token for request req_${lower}`,
    `the api call chatcmpl-${lower} failed`,
    `trace of the token service ${hex}`,
    `public key ${token}`,
    `primary key user_profile_2024_archive_table`,
    `the API key docs: https://docs.example.com/2024/how-to-rotate-keys-v2-final`,
    `rename the token to getUserTokenFromSessionById2`,
    `<add key="ConnectionString_B2B" />`,
    `base64 of the secret santa image ${token}`,
    `${token} without a word`,
    'the secret to 3-2-1 backups is offsite-storage-2024-v2-final',
    'tokens per second: llama-3.1-405b-instruct-fp8-2024',
  ])('%s', (text) => expect(found(text)).toEqual([]))
})
