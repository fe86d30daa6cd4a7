import type { Rule } from '../rule.ts'

const CRYPT =
  /(?<![\w$])\$(?:[1568]|2[abxy]|y|md5|sha1|scrypt|argon2(?:id?|d))\$[\w./=,+-]{1,128}\$?[\w./+=$-]{22,256}/g
const KERBEROS = /\$krb5(?:asrep|tgs|pa)\$[\w*@./$-]{40,4096}/g

/** Passwords as crypt(3) and its successors store them (MD5, SHA-2, bcrypt, scrypt, Argon2), and Kerberos replies that give one away to who guesses. */
export const passwordHash: Rule = {
  name: 'password-hash',
  type: 'PASSWORD_HASH',
  anchors: ['$0$', '$0a$', '$0b$', '$0x$', '$0y$', '$y$', '$md0$', '$sha0$', '$scrypt$', '$argon', '$krb0'],
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(CRYPT)) hit(index, index + found.length)
    for (const { 0: found, index } of text.matchAll(KERBEROS)) hit(index, index + found.length)
  },
}
