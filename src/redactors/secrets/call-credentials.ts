import type { Rule } from '../rule.ts'
import { isStandIn } from './strength.ts'

/** Functions that take a password among their arguments, by its place (0 the first). */
const CALLS: readonly (readonly [place: number, names: string])[] = [
  [0, 'AzureKeyCredential setPassword set_password setSecretKey ApiKeyAuth'],
  [
    1,
    'NetworkCredential UsernamePasswordCredentials PasswordAuthentication PasswordCredential BasicAWSCredentials BasicSessionCredentials AwsBasicCredentials.create AwsCredentials StaticCredentialsProvider ' +
      'HTTPBasicAuth HTTPDigestAuth HttpNtlmAuth BasicAuthentication BasicAuth SetBasicAuth set_basic_auth basic_auth basicAuth http_basic_auth auth .login setCredentials SetCredentials ' +
      'UsernamePasswordToken UsernamePasswordCredential StorageCredentials StorageSharedKeyCredential ClientCredential PlainAuth PlainAuthProvider AuthOptions createCredentials Jasypt ftplib.login',
  ],
  [
    2,
    'DirectoryEntry getConnection mysqli_connect mysql_connect mysql_pconnect mysqli_real_connect mysqli pymysql.connect MySQLdb.connect PDO ftp_login ssh2_auth_password ldap_bind imap_open ' +
      'ClientSecretCredential signInWithEmailAndPassword createUserWithEmailAndPassword smtp.PlainAuth DriverManagerDataSource odbc_connect',
  ],
]
const places = new Map(CALLS.flatMap(([place, names]) => names.split(' ').map((name) => [name, place] as const)))
const NAMES = [...places.keys()].sort((a, b) => b.length - a.length)
const either = (names: readonly string[]) => names.map((name) => name.replaceAll('.', '\\.')).join('|')
const CALL = new RegExp(
  `(?:(?<!\\w)(?:${either(NAMES.filter((name) => !name.startsWith('.')))})|${either(NAMES.filter((name) => name.startsWith('.')))})\\s?(?=\\()|\\bauth\\s?=\\s?(?=\\()`,
  'g',
)
/** An argument: a literal, or an expression without commas. */
const ARGUMENT =
  /[(,]\s{0,64}(?:[A-Za-z_@]{0,3}(?:"((?:[^"\\\n]|\\.){0,160})"|'((?:[^'\\\n]|\\.){0,160})')|[^,()"'\n]{1,120})\s{0,64}(?=[,)])/dy
const NAME = /^(?:user(?:name)?|pass(?:word)?|pwd|login|db_?pass(?:word)?|your.*)$/i

/** A password among the arguments of a call that is known to take one: `new NetworkCredential("joe", "…")`. */
export const callCredentials: Rule = {
  name: 'call-credentials',
  type: 'SECRET',
  anchors: [...new Set(NAMES.map((name) => `${name.toLowerCase()}`)), 'auth='].filter(
    (name) => !/^\.?auth$/.test(name),
  ),
  find(text, hit) {
    for (const { 0: call, index } of text.matchAll(CALL)) {
      const place = places.get(call.trim()) ?? 1
      ARGUMENT.lastIndex = index + call.length
      let argument = ARGUMENT.exec(text)
      for (let n = 0; n < place && argument !== null; n++) argument = ARGUMENT.exec(text)
      const group = argument?.[1] === undefined ? 2 : 1
      const value = argument?.[group] ?? ''
      if (value.length < 3 || /\s\S+\s/.test(value) || NAME.test(value) || isStandIn(value)) continue
      hit(...(argument?.indices?.[group] ?? [0, 0]))
    }
  },
}
