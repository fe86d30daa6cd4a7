import type { Rule } from '../rule.ts'

/** Base64url parts joined by dots. It begins only where no part can have begun before, so that a long run is read once. */
const PARTS = /(?<![\w-])[\w-]{16,}(?:\.[\w-]*){1,4}/g

/** JSON web tokens, signed (three parts) or encrypted (five): the first part is base64url of `{"`, and of a signed one the second too. */
export const jsonWebToken: Rule = {
  name: 'json-web-token',
  type: 'JWT',
  anchors: ['eyj'],
  find(text, hit) {
    for (const { 0: run, index } of text.matchAll(PARTS)) {
      const at = run.indexOf('eyJ')
      if (at === -1) continue
      const parts = run.slice(at).split('.')
      if ((parts[0] as string).length < 12 || parts.length < 2) continue
      const signed = parts[1]?.startsWith('eyJ') && parts[1].length >= 12
      if (
        signed ||
        parts.length === 5 ||
        (parts.length === 3 && (parts[1] as string).length >= 20 && (parts[2] as string).length >= 20)
      ) {
        hit(index + at, index + run.length)
      }
    }
  },
}
