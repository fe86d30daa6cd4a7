import type { Hit, Rule } from '../rule.ts'

const BEGIN = /-{4,5} ?BEGIN[ \w-]{0,100}?PRIVATE KEY(?: BLOCK)? ?-{4,5}/gi
const END = /-{4,5} ?END[ \w-]{0,100}?PRIVATE KEY(?: BLOCK)? ?-{4,5}/gi
/** What the body of a key without its end line is made of; quotes and plus signs join the lines of a literal. */
const BODY = /[A-Za-z0-9+/=\s\\":,'.-]*/y
/** The beginning of a PEM file in base64, as kubeconfig holds it, as far as its label. */
const ENCODED = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{30}[A-Za-z0-9+/\s]*={0,2}/g
/** Secret parts of keys in the formats of PuTTY, .NET (RSAKeyValue) and JSON (RFC 7518). */
const PARTS = [
  /Private-Lines: ?\d{1,4}\s{1,4}((?:[A-Za-z0-9+/=]{1,80}\s{1,2}){1,120})/dg,
  /<(?:P|Q|DP|DQ|InverseQ|D)>([A-Za-z0-9+/=\s]{20,2800})<\//dg,
  /"(?:d|p|q|dp|dq|qi|k)"\s{0,8}:\s{0,8}"([\w-]{20,1400})"/dg,
]
const PARTED = /Private-Lines:|<RSAKeyValue>|"kty"/

/** Private keys of any kind: PEM and its kin from the first line to the last, a cut-off one to the end of what can be its body. */
export const privateKey: Rule = {
  name: 'private-key',
  type: 'PRIVATE_KEY',
  anchors: ['private key', 'private-lines:', '<rsakeyvalue>', '"kty"', 'ls0tls0crudjti'],
  proven: true,
  find(text, hit) {
    armoured(text, hit)
    for (const { 0: found, index } of text.matchAll(ENCODED)) {
      if (/PRIVATE KEY/.test(Buffer.from(found.slice(0, 64), 'base64').toString('latin1')))
        hit(index, index + found.trimEnd().length)
    }
    if (!PARTED.test(text)) return
    for (const part of PARTS) {
      for (const found of text.matchAll(part)) {
        const [start, end] = found.indices?.[1] ?? [0, 0]
        hit(start, start + text.slice(start, end).trimEnd().length)
      }
    }
  },
}

function armoured(text: string, hit: Hit): void {
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
}
