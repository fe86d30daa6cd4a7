import type { Rule } from '../rule.ts'
import { isStandIn } from './strength.ts'

/** What the marks of the table below stand for; each group is a spelling of the value. */
const MARKS: Readonly<Record<string, string>> = {
  // a value in quotes, or up to a blank or what ends a command
  VALUE: `(?:"([^"\\n]{1,128})"|'([^'\\n]{1,128})'|([^\\s"'|;&<>\`,)]{3,128}))`,
  QUOTED: `[nNeE]?(?:"([^"\\n]{1,128})"|'([^'\\n]{1,128})')`,
  // the rest of a command before an option
  '…': '\\b[^\\n|;&]{0,240}?\\s',
  '~': '\\s{1,4}',
}

/**
 * Where commands, statements and dialogues take a password without its name: rule, literals of which one is in every
 * such text, expression, and its flags. Case decides between `-p` and `-P`, so that only some ignore it.
 */
const PLACES: readonly (readonly [name: string, anchors: readonly string[], place: string, flags?: string])[] = [
  // command lines
  [
    'registry-login',
    ['login'],
    String.raw`\b(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|oc|az|cf|ibmcloud|argocd)\b[^\n|;&]{0,32}?\slogin…-p[ =]VALUE`,
  ],
  ['sshpass', ['sshpass'], String.raw`\bsshpass~(?:-v~)?-p\s{0,4}VALUE`],
  [
    'mysql-password',
    ['mysql', 'mariadb', 'mycli'],
    String.raw`\b(?:mysql(?:dump|admin|import|check|show|sh|slap)?|mariadb(?:-dump|-admin)?|mycli)(?:\.exe)?…-p(?=[^\s-])VALUE`,
  ],
  ['mongo-password', ['mongo'], String.raw`\bmongo(?:sh|dump|restore|export|import)?…-p[ =]?(?!ort)VALUE`],
  ['psexec-password', ['psexec', 'paexec'], String.raw`\bp[sa]exec(?:64|svc)?(?:\.exe|\.py)?…-p~VALUE`, 'i'],
  [
    'network-tool-password',
    ['crackmapexec', 'netexec', 'nxc', 'evil-winrm', 'smbmap', 'hydra'],
    String.raw`\b(?:crackmapexec|netexec|nxc|evil-winrm|smbmap|hydra)…-p~VALUE`,
  ],
  [
    'net-use-password',
    ['/user:'],
    String.raw`\bnet~use\b[^\n|&]{0,160}?(?:\s/user:\S{1,80}~VALUE|\\\S{1,160}~VALUE~/user:)`,
    'i',
  ],
  ['net-user-password', ['net user'], String.raw`\bnet user~"?[\w.-]{1,64}"?~(?!/)VALUE(?=~/|\s{0,4}$)`, 'im'],
  [
    'windows-option-password',
    ['/p', '/rp'],
    String.raw`\b(?:xfreerdp|wfreerdp|cmdkey|mstsc|schtasks|runas|wmic)(?:\.exe)?…/(?:pass|pwd|p|rp)[: ]VALUE`,
    'i',
  ],
  [
    'sql-server-password',
    ['sqlcmd', 'osql', 'isql', 'bcp'],
    String.raw`\b(?:sqlcmd|osql|isql|bcp)(?:\.exe)?…-P\s{0,4}VALUE`,
  ],
  [
    'oracle-password',
    ['sqlplus', 'rman', 'expdp', 'impdp', 'sqlldr'],
    String.raw`\b(?:sqlplus|rman|expdp|impdp|sqlldr)\b[^\n|;&]{0,80}?\s[\w$.]{1,64}/([^\s@"'/]{2,64})(?=@|\s|["']|$)`,
  ],
  ['redis-password', ['redis-cli'], String.raw`\bredis-cli…-a~VALUE`],
  ['redis-setting', ['requirepass', 'masterauth'], String.raw`\b(?:requirepass|masterauth)~VALUE`],
  ['putty-password', ['-pw'], String.raw`\b(?:plink|pscp|psftp|putty|winscp)(?:\.exe)?…-pw~VALUE`, 'i'],
  ['pass-source', ['pass:'], String.raw`-(?:pass(?:in|out)?|passwd|(?:ks|key)-pass)["',\s=]{1,6}pass:VALUE`],
  ['openssl-key', ['openssl'], String.raw`\bopenssl…-k~VALUE`],
  ['key-store-password', ['storepass', 'keypass'], String.raw`\s-(?:src|dest|new)?(?:store|key)pass~(?!env|file)VALUE`],
  [
    'ldap-password',
    ['ldap'],
    String.raw`\bldap(?:search|add|modify|delete|whoami|passwd|compare|modrdn)…-w\s{0,4}VALUE`,
  ],
  [
    'ldap-setting',
    ['bindpw', 'rootpw', 'bindcredential'],
    String.raw`\b(?:bindpw|rootpw|bindcredentials?)["'\s:=]{1,6}VALUE`,
    'i',
  ],
  [
    'htpasswd-password',
    ['htpasswd'],
    String.raw`\bhtpasswd(?=[^\n]{0,24}\s-\w{0,4}b)(?:~-\w{1,5}){1,4}(?:~[^\s|;&-][^\s|;&]{0,127}){1,2}~VALUE(?=\s{0,4}(?:$|[\n|;&>)]))`,
    'm',
  ],
  [
    'samba-password',
    ['smbclient', 'smbget', 'rpcclient', 'winexe', 'wmic'],
    String.raw`\b(?:smbclient|smbget|rpcclient|winexe|wmic)…(?:-U|--user)[ =]?["']?[\w.\\/-]{1,80}%VALUE`,
  ],
  [
    'archive-password',
    ['zip ', '7z', 'rar '],
    String.raw`\b(?:zip|unzip|zipcloak)…-P\s{0,4}VALUE|\b(?:7za?|7zz|rar|unrar)…-h?p(?=[^\s-])VALUE`,
  ],
  [
    'piped-password',
    ['sudo', 'passwd'],
    String.raw`\becho~(?:-\w{1,3}~)?VALUE\s{0,4}\|\s{0,4}(?:sudo\s[^\n|;&]{0,40}?-\w{0,8}S\b|(?:sudo~)?passwd\s[^\n|;&]{0,40}?--stdin)`,
  ],
  [
    'chpasswd',
    ['chpasswd'],
    String.raw`\becho~(?:-\w{1,3}~)?["']?[\w.$-]{1,64}:([^\s"'|]{3,128})["']?\s{0,4}\|\s{0,4}(?:sudo~)?chpasswd`,
  ],
  ['user-tool-password', ['useradd', 'usermod'], String.raw`\buser(?:add|mod)…-p~VALUE`],
  ['rabbitmq-password', ['rabbitmqctl'], String.raw`\brabbitmqctl~(?:add_user|change_password)~\S{1,64}~VALUE`],
  ['auth-token', ['authtoken'], String.raw`\bauthtoken~VALUE`],
  [
    'unseal-key',
    ['unseal'],
    String.raw`\bunseal(?:[_\s-]keys?)?(?:~(?:\(?hex\)?|\d{1,2}))?["'\s:=]{1,6}([A-Za-z0-9+/]{30,64}={0,2})(?![A-Za-z0-9+/=])`,
    'i',
  ],
  [
    'wifi-password',
    ['nmcli', 'wpa_passphrase'],
    String.raw`\bnmcli…password~VALUE|\bwpa_passphrase~(?:"[^"\n]{1,64}"|\S{1,64})~VALUE`,
  ],
  ['wifi-key', ['psk'], String.raw`\bpsk["']?\s{0,4}[=:]\s{0,4}(?:"([^"\n]{8,63})"|([0-9a-f]{64})\b)`, 'i'],
  [
    'secure-string',
    ['securestring'],
    String.raw`\bConvertTo-SecureString~(?:-(?:String|AsPlainText|Force)~){0,3}QUOTED`,
    'i',
  ],
  // configurations of routers
  ['snmp-community', ['snmp-server'], String.raw`\bsnmp-server~community~VALUE`],
  [
    'router-secret',
    ['password', 'secret', 'key', 'md0', 'key-string'].flatMap((word) =>
      [' ', '  ', '   ', '    ', '\t', '\n', '\r\n'].map((gap) => `${word}${gap}0`),
    ),
    String.raw`\b(?:password|secret|key|key-string|md5|authentication-key)~[0-9]~((?=\S{0,127}\d)[\w$./*+=-]{6,128})(?=\s{0,4}(?:$|[\r\n]|privilege))`,
    'm',
  ],
  // statements of SQL
  [
    'sql-identified',
    ['identified'],
    String.raw`\bidentified\s{1,8}(?:with\s{1,8}\S{1,40}\s{1,8}(?:by|as)|by)\s{1,8}(?:password\s{1,8})?QUOTED`,
    'i',
  ],
  [
    'sql-user',
    ['identified'],
    String.raw`\b(?:create|alter|grant)\s[^;]{0,160}?\sidentified\s{1,8}by\s{1,8}VALUE`,
    'i',
  ],
  [
    'sql-password',
    ['password'],
    String.raw`\b(?:with|encrypted|user|role|login|alter|create|set)\b[^\n;]{0,80}?\bpassword\s{0,8}(?:=\s{0,8})?(?:(?:old_)?password\s{0,4})?(?:\(\s{0,4})?QUOTED`,
    'i',
  ],
  // dialogues and lines
  ['ftp-password', ['pass '], String.raw`^\s{0,8}USER~\S{1,80}\s{1,8}PASS~VALUE`, 'm'],
  ['expect-password', ['assword'], String.raw`assword[^]{0,40}?\bsend~(?:--\s)?"([^"\\\s]{3,128})(?:\\[rn]|\s)`],
  [
    'pgpass',
    [':0000:', ':*:'],
    String.raw`^[\w.*-]{1,128}:(?:\d{4,5}|\*):[\w*-]{1,64}:[\w.-]{1,64}:([^\s:]{4,128})$`,
    'm',
  ],
]

/** A path, another option, a source: their neighbours are no passwords. */
const NO_VALUE = /^(?:[-/@<>(]|\\\\|\*$|env:|file:|stdin$)/

/** One rule for each place: `mysql -psecret`, `net use … /user:`, `IDENTIFIED BY '…'`, `-passin pass:…`. */
export const commandPasswords: readonly Rule[] = PLACES.map(([name, anchors, place, flags = '']) => {
  const expression = new RegExp(
    place.replace(/VALUE|QUOTED|[…~]/g, (mark) => MARKS[mark] as string),
    `dg${flags}`,
  )
  // the option in front of the value, where there is only one and case matters
  const [, option] = flags === '' ? (/^[^…]*…(-\w+)[^…]*$/.exec(place) ?? []) : []
  return {
    name,
    type: 'SECRET',
    anchors,
    find(text, hit) {
      if (option !== undefined && !text.includes(option)) return
      for (const found of text.matchAll(expression)) {
        const group = found.findIndex((value, index) => index > 0 && value !== undefined)
        const [start, end] = found.indices?.[group] ?? [0, 0]
        const value = text.slice(start, end)
        if (value.length > 1 && !NO_VALUE.test(value) && !isStandIn(value)) hit(start, end, 0.8)
      }
    },
  }
})
