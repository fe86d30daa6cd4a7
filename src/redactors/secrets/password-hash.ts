import type { Rule } from '../rule.ts'

/** Forms in which passwords are stored or proven: rule, literals (see `Rule.anchors`), expression; the group, where there is one, is the hash. */
const FORMS: readonly (readonly [name: string, anchors: readonly string[], form: RegExp, word?: number])[] = [
  [
    'crypt-hash', // crypt(3) and its kin: MD5, SHA-2, bcrypt, yescrypt, scrypt, Argon2, PBKDF2, Cisco, Windows' cache
    [
      ...['$0$', '$0a$', '$0b$', '$0x$', '$0y$', '$y$', '$gy$', '$md0$', '$sha0$', '$scrypt$', '$argon', '$apr0$'],
      ...['$pbkdf0', '$bcrypt', '$s0$', '$dcc0$', '$nt$', '$ml$'],
    ],
    /(?<![\w$])\$(?:[156789]|2[abxy]|apr1|y|gy|md5|sha1|scrypt|s0|argon2(?:id?|d)|pbkdf2(?:-sha\d{1,3})?|bcrypt-sha256|DCC2|NT|ml)\$[\w./=,+#-]{1,128}\$?[\w./+=$,#-]{20,256}/g,
  ],
  ['portable-hash', ['$p$', '$h$', '$s$'], /(?<![\w$])\$[PHS]\$[\w./]{28,56}(?![\w./])/g],
  ['kerberos-reply', ['$krb0'], /\$krb5(?:asrep|tgs|pa)\$[\w*@.:/$-]{40,8192}/g],
  [
    'framework-hash', // Django, Werkzeug
    ['pbkdf0', 'bcrypt', 'scrypt', 'argon0$', 'sha000$', 'sha0$', 'md0$'],
    /\b(?:(?:pbkdf2_sha(?:1|256)|bcrypt(?:_sha256)?|scrypt|argon2)\$[\w$./+=,-]{20,256}|(?:pbkdf2:sha\d{1,3}(?::\d{1,8})?|scrypt:\d{1,7}:\d{1,3}:\d{1,3}|sha256|sha1|md5)\$[\w./+]{6,64}\$[a-f0-9]{32,128}\b)/g,
  ],
  [
    'ldap-hash',
    ['sha}', 'sha000}', 'md0}', '{crypt}', '{argon', '{pbkdf', '{x-is'],
    /\{(?:S?SHA(?:256|384|512)?|S?MD5|PBKDF2(?:-SHA\d{1,3})?|CRYPT|ARGON2|x-is\w{1,16})\}[\w+/=$.,-]{13,256}/gi,
  ],
  [
    'scram-verifier',
    ['scram-sha-'],
    /\bSCRAM-SHA-(?:1|256|512)\$\d{1,7}:[\w+/=]{8,64}\$[\w+/=]{20,96}:[\w+/=]{20,96}/g,
  ],
  ['sql-server-hash', ['0x0000'], /\b0x0[12]00[0-9A-F]{48,144}\b/gi],
  ['mysql-hash', ['*'], /(?<![\w*])\*(?=[A-F]{0,39}\d)[0-9A-F]{40}(?!\w)/g, 40],
  ['postgres-hash', ['md0'], /(?:password|passwd|rolpassword|pg_)[^\n]{0,80}?(?<!\w)(md5[0-9a-f]{32})(?!\w)/dgi],
  ['windows-hash', [':::'], /(?<=:\d{1,10}:)[0-9a-f]{32}:[0-9a-f]{32}(?=:::)/gi],
  [
    'ntlm-reply',
    ['::'],
    /(?<=::[\w.-]{0,64}:)(?:[0-9a-f]{16}:[0-9a-f]{32}:[0-9a-f]{32,1024}|[0-9a-f]{48}:[0-9a-f]{48}:[0-9a-f]{16})(?![0-9a-f])/gi,
  ],
  ['shadow-hash', [':0:', ':00000:'], /^[\w.-]{1,32}:([./0-9A-Za-z]{13})(?=(?::\d{0,6}){2,7}:?$)/dgm],
]

/** Passwords as systems store them, and Kerberos and NTLM replies that give one away to who guesses. */
export const passwordHashes: readonly Rule[] = FORMS.map(([name, anchors, form, word]) => ({
  name,
  type: 'PASSWORD_HASH',
  anchors,
  ...(word === undefined ? {} : { word }),
  proven: true,
  find(text, hit) {
    for (const found of text.matchAll(form)) {
      const [start, end] = found.indices?.[1] ?? [found.index, found.index + found[0].length]
      hit(start, end)
    }
  },
}))
