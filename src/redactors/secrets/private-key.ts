import type { Rule } from '../rule.ts'

const BEGIN = /-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const END = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
/** What the body of a key without its end line is made of; quotes and plus signs join the lines of a literal. */
const BODY = /[A-Za-z0-9+/=\s\\":,'.-]*/y

/** PEM private keys of any kind, from the first line to the last; a cut-off one to the end of what can be its body. */
export const privateKey: Rule = {
  name: 'private-key',
  type: 'PRIVATE_KEY',
  anchors: ['private key'],
  find(text, hit) {
    let end: RegExpExecArray | null = null
    let ended = false
    let from = 0
    for (const begin of text.matchAll(BEGIN)) {
      const start = begin.index
      if (start < from) continue
      const bodyAt = start + begin[0].length
      // the next end line is looked for once, not once per beginning
      if (!ended && (end === null || end.index < bodyAt)) {
        END.lastIndex = bodyAt
        end = END.exec(text)
        ended = end === null
      }
      BODY.lastIndex = bodyAt
      from = end === null ? bodyAt + (BODY.exec(text)?.[0].length ?? 0) : end.index + end[0].length
      hit(start, from)
    }
  },
}
