import { describe, expect, it } from 'vitest'
import { createScan } from '../../src/redactors/scan.ts'
import { isSecretField } from '../../src/redactors/secrets/assignment.ts'
import { secrets } from '../../src/redactors/secrets/secrets.ts'
import { part } from './samples.ts'

/** Secrets said in prose are tested elsewhere. */
const scan = createScan(secrets.filter(({ name }) => !name.startsWith('spoken')))
/** The text with every found part in «…». */
const marked = (text: string): string => {
  let out = ''
  let from = 0
  for (const { start, end } of scan(text)) {
    out += `${text.slice(from, start)}«${text.slice(start, end)}»`
    from = end
  }
  return out + text.slice(from)
}
const bare = (text: string) => text.replace(/[«»]/g, '')

const token = part(24)
const assigned = [
  'user = Aladdin\npassword = «open_sesame»',
  'username: joe\npassword: «centipede»',
  "$user = 'joe'; $password = «goodspec»;",
  'conn.Open("User ID=joe; Password =«joejoejoe»;Initial Catalog=Shop;")',
  "password for the user 'joe' is '«marigold7»'",
  'client.setPassword("«hunter2»")',
  'builder.password("«hunter2»").build()',
  "credentials {\n  username 'user'\n  password '«password»'\n}",
  '<Password>\n  <Value>«hunter2»</Value>',
  '"password": "«YourMother99»"',
  `access_grant = "«${token}»"`,
  `api: "«${token}»"`,
  `creds=«${token}»`,
  `aws_secret_access_key => «${'a'.repeat(40)}»`,
  `ALGOLIA_ADMIN = "«${part(32, 'q7x2r9b4')}»"`,
  `heroku: «${[8, 4, 4, 4, 12].map((n) => part(n, '3f9a7c21d4e05b66')).join('-')}»`,
  `variable "okta_api_token" {\n  default = "«00${part(40)}»"\n}`,
  // behind a type
  "let password: string = '«hunter2»'",
  'let password: &str = "«hunter2»";',
  'val password: String? = "«hunter2»"',
  'var password string = "«hunter2»"',
  'char password[16] = "«hunter2»";',
  // a name that is a value, with the value beside it
  '- name: DB_PASSWORD\n  value: «hunter2x»\n',
  '- name: DB_PASSWORD\n  value: "«hunter2»"\n',
  '[{"key":"DB_PASSWORD","value":"«hunter2»"}]',
  '{\n  "name": "password",\n  "value": "«hunter2»"\n}',
  '<add key="password" value="«hunter2»"/>',
  // a step further down
  'password: |\n  «hunter2x»\n',
  'password: >-\n  «hunter2x»\n',
  '{"password": {"value": "«hunter2»"}}',
  'passwords = ["«hunter2x9»", "«marigold77»"]',
  'ENV DB_PASSWORD «hunter2x»\nRUN make',
  'setenv DB_PASSWORD «hunter2x»',
]
const left = [
  'pwd = (char *) (p + 1)',
  "$pwd = $_POST['password'];",
  'LOGIN_FORGOT_PASSWORD=$BASE_URL/forgot',
  `echo 'PASSWORD="'$PASSWORD'"' >> .env`,
  'const password = process.env.APP_PASSWORD || "not-set"',
  'String password = "app:" + appKey',
  'user = name\npassword = user_password',
  'credentials { username = var.user\n password = var.password }',
  'access: granted; api: stable',
  'API: application programming interface',
  'the API key is required',
  `linkedin: ${'communication'}s`,
  `heroku_request_id = ${[8, 4, 4, 4, 12].map((n) => part(n, '3f9a7c21d4e05b66')).join('-')}`,
  'discord_user_id: 123456789012345678',
  'const twitter = "https://twitter.com/someone"',
  'your password: "yourpassword"',
  'the password is "too short"',
  '<input name="my_access_key" id="my-plugin--shop-s3-access-key-2">',
  '<input name="password" class="form-control2" placeholder="Password">',
  'password: (see vault)',
  "'password' => ['required', 'string', 'min:8', 'confirmed']",
  '{"name": "password", "type": "password", "value": ""}',
  '{"name": "password", "value": "{{ password }}"}',
  'the password value: anything goes',
  'password: |\n  {{ vault.password }}\n',
  'let password: &str = args.password;',
  'password: str = Field(min_length=8)',
]

describe('a secret by its name', () => {
  it.each(assigned)('%s', (text) => expect(marked(bare(text))).toBe(text))
})

describe('what only looks assigned', () => {
  it.each(left)('%s', (text) => expect(marked(text)).toBe(text))
})

describe('fields whose names say secret', () => {
  it.each([
    ['password', 'hunter2'],
    ['db.password', 'hunter2'],
    ['clientSecret', 'a1b2c3d4'],
    ['x-api-key', part(20)],
    ['x-goog-api-key', part(39)],
    ['x-amz-security-token', part(60)],
    ['x-vault-token', part(26)],
    ['OPENAI_API_KEY', part(40)],
    ['DATABASE_PASSWORD', 'marigold'],
    ['access_token', part(30)],
    ['authorization', part(30)],
    ['Proxy-Authorization', part(30)],
    ['cookie', 'sid=8f2k3j4h5g'],
    ['Set-Cookie', 'sid=8f2k3j4h5g; Path=/'],
  ])('%s', (name, value) => expect(isSecretField(name, value)).toBe(true))

  it.each([
    ['max_tokens', '4096'],
    ['token_count', '1200'],
    ['password_policy', 'at least eight characters'],
    ['cache_key', 'user:123'],
    ['author', 'Jane Austen'],
    ['authorization', '[AUTHORIZATION:3f9a7c21d4e05b66]'],
    ['key', 'value'],
    ['access', 'public'],
    ['api_version', '2024-10-21'],
    ['cookie_policy', 'strict and then some'],
  ])('not %s', (name, value) => expect(isSecretField(name, value)).toBe(false))
})
