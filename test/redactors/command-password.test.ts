import { describe, expect, it } from 'vitest'
import { createScan } from '../../src/redactors/scan.ts'
import { secrets } from '../../src/redactors/secrets/secrets.ts'
import { part } from './samples.ts'

/** Secrets said in prose are tested elsewhere. */
const scan = createScan(secrets.filter(({ name }) => !name.startsWith('spoken')))
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
const hex = (length: number) => part(length, '3f9a7c21d4e05b66')

const found: Record<string, string[]> = {
  'commands that take a password': [
    'docker login -u joe -p «hunter2» registry.example.com',
    "sshpass -p '«hunter2»' ssh joe@host",
    'sshpass -p«hunter2» ssh joe@host',
    'mysql -u root -p«hunter2» shop < dump.sql',
    'mysqldump -h db -uroot -p"«hun ter2»" shop',
    'mongo -u joe -p «hunter2» db.example/shop',
    'PSEXEC.EXE \\\\host -u DOMAIN\\joe -p «mypass» CMD',
    'net use Z: \\\\server\\share /user:DOM\\joe «hunter2»',
    'net use \\\\server\\share «hunter2» /user:joe',
    'net user joe «hunter2» /add',
    'xfreerdp /u:joe /p:«hunter2» /v:host',
    'cmdkey /add:host /user:joe /pass:«hunter2»',
    "sqlcmd -S host -U sa -P '«hunter2»' -Q 'select 1'",
    'sqlplus scott/«tiger7»@orcl',
    'redis-cli -h cache -a «hunter2» ping',
    'requirepass «hunter2»',
    'plink -ssh joe@host -pw «hunter2»',
    'openssl rsa -in a.pem -passin pass:«hunter2» -out b.pem',
    'openssl enc -aes-256-cbc -k «hunter2» -in a',
    'keytool -genkey -storepass «changeit1» -keypass «changeit2»',
    'ldapsearch -x -D cn=admin -w «hunter2» -b dc=example',
    'bindpw «hunter2»',
    'htpasswd -bc /etc/htpasswd joe «hunter2»',
    'smbclient //host/share -U joe%«hunter2»',
    'unzip -P «hunter2» a.zip',
    '7z x -p«hunter2» a.7z',
    'echo «hunter2» | sudo -S reboot',
    "echo 'joe:«hunter2»' | chpasswd",
    'rabbitmqctl add_user joe «hunter2»',
    `ngrok config add-authtoken ${'x'}`.replace('add-authtoken x', `authtoken «${part(30)}»`),
    `vault operator unseal «${part(43)}=»`,
    `Unseal Key 2: «${part(44)}»`,
    'wpa_passphrase home «correcthorse»',
    'psk="«correcthorse»"',
    "ConvertTo-SecureString '«hunter2»' -AsPlainText -Force",
    'snmp-server community «s3cr3tC» RO',
    'username joe password 7 «0822455D0A16»',
  ],
  'statements of SQL': [
    "CREATE USER 'joe'@'%' IDENTIFIED BY '«hunter2»';",
    'ALTER USER scott IDENTIFIED BY «tiger»;',
    "CREATE ROLE joe WITH LOGIN PASSWORD '«hunter2»';",
    "CREATE LOGIN joe WITH PASSWORD = N'«hunter2»';",
    "SET PASSWORD FOR 'joe'@'%' = PASSWORD('«hunter2»');",
  ],
  'calls that take a password': [
    'new NetworkCredential("joe@example.org", "«hunter2»")',
    'New-Object DirectoryEntry("LDAP://host", "dom/joe", "«secret»")',
    "requests.get(url, auth=('joe', '«hunter2»'))",
    "HTTPBasicAuth('joe', '«hunter2»')",
    'DriverManager.getConnection(url, "joe", "«hunter2»")',
    "mysqli_connect('localhost', 'joe', '«hunter2»', 'shop')",
    "smtp.login('joe', '«hunter2»')",
  ],
  'requests of curl': [
    `curl -u '«joe:hunter2»' https://api.example.com`,
    `curl https://api.example.com -u "«${part(24)}»:"`,
    `curl -H 'X-Key: «${part(16)}»' https://api.example.com`,
    `curl -H 'Jenkins-Crumb:«${hex(32)}»' https://ci.example.com`,
    `use Basic «${Buffer.from('joe:hunter2').toString('base64')}» for it`,
  ],
  'manifests of Kubernetes': [
    'apiVersion: v1\nkind: Secret\ndata:\n  user: «am9lam9l»\n  pass: «aHVudGVyMg==»\ntype: Opaque',
    '{"kind": "Secret", "data": {"a": "«am9lam9l»", "b": "«aHVudGVyMg==»"}}',
  ],
  'stored passwords': [
    `joe:«$apr1$${part(8)}$${part(22)}»`,
    `joe:«$6$rounds=5000$${part(16)}$${part(86)}»:19000:0:99999:7:::`,
    `«$argon2id$v=19$m=65536,t=3,p=4$${part(22)}$${part(43)}»`,
    `«pbkdf2_sha256$600000$${part(22)}$${part(43)}=»`,
    `«scrypt:32768:8:1$${part(16)}$${hex(128)}»`,
    `userPassword: «{SSHA}${part(32)}»`,
    `joe:1001:«${hex(32)}:${hex(32)}»:::`,
    `joe::CORP:«${hex(16)}:${hex(32)}:${hex(80)}»`,
    `IDENTIFIED BY PASSWORD '«*${hex(40).toUpperCase()}»'`,
    `«SCRAM-SHA-256$4096:${part(24)}$${part(43)}=:${part(43)}=»`,
    `«$krb5asrep$23$joe@example.org:${hex(32)}$${hex(200)}»`,
    `«$P$${part(31)}»`,
  ],
  'private keys without armour': [
    `PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 2\n«${part(64)}\n${part(20)}»\nPrivate-MAC: ${hex(40)}`,
    `<RSAKeyValue><Modulus>AQAB</Modulus><D>«${part(64)}»</D></RSAKeyValue>`,
    `{"kty":"EC","crv":"P-256","x":"AQAB","d":"«${part(43)}»"}`,
    `client: «${Buffer.from(`${['-----BEGIN', 'PRIVATE KEY-----'].join(' ')}\n${part(64)}`).toString('base64')}»`,
  ],
}

const left = [
  'docker run -u 1000:1000 -p 8080:80 nginx',
  'docker login --password-stdin',
  'docker login -u joe -p $TOKEN',
  'mysql -u root -p shop',
  'mysql -u root -P 3306 shop',
  'mkdir -p build && cp -a src build',
  'psexec \\\\host -u joe -p %PASS% cmd',
  'net use Z: \\\\server\\share /persistent:yes',
  'ssh -p 2222 joe@host',
  'git commit -am "use the pass: rule"',
  'openssl rsa -passin env:PASS -in a.pem',
  'two people identified as Black',
  "a version of yourself identified as 'Luna'",
  'the pattern can be identified by their colour',
  'zip -r a.zip folder',
  'basic understanding of the theory',
  'Basic authentication is simple',
  'kind: ConfigMap\ndata:\n  mode: productionmode',
  "smtp.login('username', 'password')",
  'auth(user, password)',
  "login('joe', password)",
  'std::map::iterator:a',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '{"kty":"RSA","n":"AQAB","e":"AQAB"}',
]

for (const [title, texts] of Object.entries(found)) {
  describe(`finds ${title}`, () => {
    it.each(texts)('%s', (text) => expect(marked(bare(text))).toBe(text))
  })
}

describe('leaves what is no password', () => {
  it.each(left)('%s', (text) => expect(marked(text)).toBe(text))
})
