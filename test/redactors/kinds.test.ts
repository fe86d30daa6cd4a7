import { describe, expect, it } from 'vitest'
import { luhn } from '../../src/redactors/checks.ts'
import { explain } from './explain.ts'
import { part, samples } from './samples.ts'

/** Text with every found part shown as «TYPE». */
function shown(text: string): string {
  let out = ''
  let from = 0
  for (const span of explain(text)) {
    out += `${text.slice(from, span.start)}«${span.type}»`
    from = span.end
  }
  return out + text.slice(from)
}

const found: Record<string, [text: string, expected: string][]> = {
  'e-mail addresses': [
    [`write to ${samples.email}.`, 'write to «EMAIL».'],
    ['<a href="mailto:jo+news@mail.example.co.uk">', '<a href="mailto:«EMAIL»">'],
    ['(jürgen.groß@straße.example)', '(«EMAIL»)'],
    ['user@xn--80ak6aa92e.com today', '«EMAIL» today'],
    ['"from": "bob_smith@example.com",', '"from": "«EMAIL»",'],
    ['to=ann@example.com&x=1', 'to=«EMAIL»&x=1'],
  ],
  'telephone numbers': [
    ['ring +49 (0)30 901820 now', 'ring «PHONE» now'],
    ['call (212) 555-0187 ext. 12', 'call «PHONE»'],
    ['my number is 212-555-0187', 'my number is «PHONE»'],
    ['020 7946 0958 is the desk', '«PHONE» is the desk'],
    ['Tel.: 06 12 34 56 78', 'Tel.: «PHONE»'],
    ['mobile 07700900123', 'mobile «PHONE»'],
    ['{"phone": "5550187432"}', '{"phone": "«PHONE»"}'],
    ['0049 30 901820', '«PHONE»'],
    ['555 0187-Fax', '«PHONE»-Fax'],
  ],
  'card numbers with a right check digit': [
    ['4111111111111111', '«CARD»'],
    ['pay with 5555-5555-5555-4444, please', 'pay with «CARD», please'],
    ['amex 3782 822463 10005', 'amex «CARD»'],
    ['"pan":"6011111111111117"', '"pan":"«CARD»"'],
    ['3530111333300000', '«CARD»'],
    ['the diners card 30569309025904', 'the diners card «CARD»'],
    ['4222222222222', '«CARD»'],
  ],
  'bank account numbers with a right check': [
    [samples.iban, '«IBAN»'],
    ['to GB82WEST12345698765432 today', 'to «IBAN» today'],
    ['fr14 2004 1010 0505 0001 3m02 606', '«IBAN»'],
    ['NO93-8601-1117-947.', '«IBAN».'],
  ],
  'social security numbers': [
    ['it is 536-22-8726', 'it is «SSN»'],
    ['SSN: 536228726', 'SSN: «SSN»'],
    ['social security 536 22 8726', 'social security «SSN»'],
  ],
  'addresses of machines': [
    ['from 203.0.113.77 at noon', 'from «IP» at noon'],
    ['http://203.0.113.77:8080/x', 'http://«IP»:8080/x'],
    ['net 10.2.0.0/16 is ours', 'net «IP» is ours'],
    [`[${samples.ipv6}]:443`, '[«IP»]:443'],
    ['fe80::1%eth0', '«IP»'],
    ['::ffff:192.0.2.128', '«IP»'],
    ['2001:db8:0:0:8:800:200c:417a', '«IP»'],
  ],
  'tokens and keys': [
    [`token ${samples.jwt} ends`, 'token «JWT» ends'],
    [`x ${samples.pem} y`, 'x «PRIVATE_KEY» y'],
    [JSON.stringify({ key: samples.pem }), '{"key":"«PRIVATE_KEY»"}'],
    [`${samples.pem.slice(0, 90)}`, '«PRIVATE_KEY»'],
    [`use ${samples.github}!`, 'use «API_KEY»!'],
    [`id ${samples.aws}`, 'id «API_KEY»'],
    [`(${samples.openai})`, '(«API_KEY»)'],
    [`'${samples.anthropic}'`, "'«API_KEY»'"],
    [`${samples.stripe};`, '«API_KEY»;'],
    [samples.slack, '«API_KEY»'],
    [`?key=${samples.gcp}&v=1`, '?key=«API_KEY»&v=1'],
    [`//registry.npmjs.org/:_authToken=${samples.npm}`, '//registry.npmjs.org/:_authToken=«API_KEY»'],
    [samples.crypt, '«PASSWORD_HASH»'],
  ],
  'credentials in URLs and headers': [
    [samples.url, 'postgres://«URL_CREDENTIALS»@db.internal:5432/shop'],
    ['https://joe:p@ss@host.example/x', 'https://«URL_CREDENTIALS»@host.example/x'],
    [`https://${part(32)}@github.com/a/b.git`, 'https://«URL_CREDENTIALS»@github.com/a/b.git'],
    [samples.bearer, 'Authorization: Bearer «AUTHORIZATION»'],
    [`-H "authorization: Basic ${part(24)}=="`, '-H "authorization: Basic «AUTHORIZATION»"'],
    [`Cookie: sid=${part(20)}; theme=dark`, 'Cookie: «AUTHORIZATION»'],
    ['curl -u admin:hunter22 https://x.example', 'curl -u «AUTHORIZATION» https://x.example'],
  ],
  'secrets by their name': [
    ['password=hunter2', 'password=«SECRET»'],
    ['PASSWORD: "correct horse"', 'PASSWORD: "«SECRET»"'],
    ['{"password":"hunter2","n":1}', '{"password":"«SECRET»","n":1}'],
    ['{\\"client_secret\\": \\"a1b2c3d4\\"}', '{\\"client_secret\\": \\"«SECRET»\\"}'],
    [`https://x.example/cb?access_token=${part(24)}&state=1`, 'https://x.example/cb?access_token=«SECRET»&state=1'],
    [`export API_KEY=${part(24)}`, 'export API_KEY=«SECRET»'],
    ['db:\n  password: s3cr3t!pass\n  port: 1', 'db:\n  password: «SECRET»\n  port: 1'],
    ['Server=db;User Id=sa;Password=Tr0ub&dor,x;Encrypt=yes', 'Server=db;User Id=sa;Password=«SECRET»;Encrypt=yes'],
    ['mysql --password hunter2 -h db', 'mysql --password «SECRET» -h db'],
    ['<password>hunter2</password>', '<password>«SECRET»</password>'],
    ['machine api.example login joe password 0123abcd', 'machine api.example login joe password «SECRET»'],
    ["the password is 'centipede'", "the password is '«SECRET»'"],
    [`X-Api-Key: ${part(32)}`, 'X-Api-Key: «SECRET»'],
    [`AccountKey=${part(43)}=;EndpointSuffix=x`, 'AccountKey=«SECRET»;EndpointSuffix=x'],
  ],
}

const left: Record<string, string[]> = {
  'a wrong check digit is no card': [
    '4111111111111112',
    '5555555555554445',
    'card 1234567890123456',
    '41111111111111112',
  ],
  'a wrong check is no bank account': [
    'DE89370400440532013001',
    'GB82WEST12345698765433',
    'GB29 1WBK 6016 1331 9268 1',
    'ZZ89370400440532013000',
  ],
  'numbers that were never given are no social security numbers': [
    'SSN 000-22-8726',
    'SSN 666-22-8726',
    'SSN 936-22-8726',
    'SSN 536-00-8726',
    'SSN 536-22-0000',
    'SSN 078-05-1120',
    '536228726',
  ],
  'what is no address': [
    '256.256.256.256',
    '1.2.3',
    'v1.2.3.4',
    '1.3.6.1.4.1',
    '12:34:56',
    'std::cout',
    '2001::db8::1',
    '::',
    '127.0.0.1',
    'a::b',
  ],
  'keys that are public or cut off': [
    '-----BEGIN PUBLIC KEY-----',
    'eyJhbGciOiJIUzI1NiJ9',
    'ghp_short',
    'AKIA',
    'sk-',
    'xoxb-',
  ],
  'what only speaks of a password': [
    'my password is not working',
    'Password: must be at least 8 characters',
    'password = os.environ["DB_PASSWORD"]',
    'password: string;',
    'login(user=user, password=password)',
    'token_count: 1200',
    'max_tokens=4096',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the logged text
    'password=${DB_PASSWORD}',
    'password: <your password>',
    'password=****',
    'api_key = "YOUR_API_KEY"',
    'secret: null',
    'password: [REDACTED]',
    'GET /v1/reset-password: 200',
  ],
}

for (const [title, rows] of Object.entries(found)) {
  describe(`finds ${title}`, () => {
    it.each(rows)('%s', (text, expected) => expect(shown(text)).toBe(expected))
  })
}

for (const [title, rows] of Object.entries(left)) {
  describe(title, () => {
    it.each(rows)('%s', (text) => expect(shown(text)).toBe(text))
  })
}

describe('reads through disguises', () => {
  it.each([
    ['４１１１ １１１１ １１１１ １１１１', '«CARD»'],
    ['ada​.lovelace@exam​ple.org', '«EMAIL»'],
    ['ada.lovelace＠example.org', '«EMAIL»'],
    ['+44\u00a020\u00a07946\u00a00958', '«PHONE»'],
    ['536‑22‑8726', '«SSN»'],
    ['SSN ٥٣٦٢٢٨٧٢٦', 'SSN «SSN»'],
    ['joe\\u0040example.com', '«EMAIL»'],
    ['line\\njoe@example.com', 'line\\n«EMAIL»'],
    ['𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏', '«CARD»'],
  ])('%s', (text, expected) => expect(shown(text)).toBe(expected))
})

describe('the check digits', () => {
  it('of cards agree with published test numbers', () => {
    for (const n of ['4111111111111111', '5555555555554444', '378282246310005', '6011111111111117', '30569309025904']) {
      expect(luhn(n)).toBe(true)
      expect(luhn(n.slice(0, -1) + ((Number(n.at(-1)) + 1) % 10))).toBe(false)
    }
  })

  it('of bank accounts agree with the examples of the SWIFT registry', () => {
    for (const n of ['GB29NWBK60161331926819', 'FR1420041010050500013M02606', 'MT84MALT011000012345MTLCAST001S'])
      expect(shown(n)).toBe('«IBAN»')
    expect(shown('GB29NWBK60161331926818')).toBe('GB29NWBK60161331926818')
  })
})

it('a part that two rules share is replaced once, under the name of the surest', () => {
  expect(shown(`password=${samples.github}`)).toBe('password=«API_KEY»')
  expect(shown(`https://joe:${samples.stripe}@example.com/`)).toBe('https://«API_KEY»@example.com/')
})
