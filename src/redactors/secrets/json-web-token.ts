import type { Rule } from '../rule.ts'

/** Base64url parts joined by dots. It begins only where no part can have begun before, so that a long run is read once. */
const PARTS = /(?<![\w-])[\w-]{16,}(?:\.[\w-]*){1,4}/g
/** Base64 of base64url of `{"`. */
const TWICE = /(?<![A-Za-z0-9+/_-])ZXlK[A-Za-z0-9+/_-]{40,}={0,2}/g

/**
 * JSON web tokens, signed (three parts) or encrypted (five): the first part is base64url of `{"`, and of a signed one the
 * second too. And those that were put into base64 once more.
 */
export const jsonWebToken: Rule = {
  name: 'json-web-token',
  type: 'JWT',
  anchors: ['eyj', '.ey', 'ewog', 'zxlk'],
  proven: true,
  find(text, hit) {
    for (const { 0: run, index } of text.matchAll(PARTS)) {
      const at = /^ey|^ewo/.test(run) ? 0 : run.indexOf('eyJ')
      if (at === -1) continue
      const parts = run.slice(at).split('.')
      if ((parts[0] as string).length < 12 || parts.length < 2) continue
      const signed = /^e[wy]/.test(parts[1] as string) && (parts[1] as string).length >= 12
      if (
        signed ||
        parts.length === 5 ||
        (parts.length === 3 && (parts[1] as string).length >= 20 && (parts[2] as string).length >= 20)
      ) {
        hit(index + at, index + run.length)
      }
    }
    for (const { 0: found, index } of text.matchAll(TWICE)) {
      if (/^eyJ[\w-]{5}/.test(Buffer.from(found.slice(0, 40), 'base64').toString('latin1')))
        hit(index, index + found.length)
    }
  },
}
