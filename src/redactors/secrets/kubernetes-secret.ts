import type { Rule } from '../rule.ts'
import { isNotation } from './strength.ts'

const KIND = /\bkind["']?:[ \t]{0,16}["']?secret\b/i
const DOCUMENT = /^---/m
const DATA = /\b(?:data|stringData)["']?:[ \t]{0,16}\{?/g
/** The next entry of the block: its key, and the value on the same line or, behind a bar, on the next. */
const ENTRY =
  /(?:\r?\n[ \t]{1,40}["']?[\w.-]{1,128}["']?|\s{0,40}(?:,\s{0,40})?"[\w.-]{1,128}")[ \t]{0,4}:[ \t]{0,16}(?:[|>][-+]?\s{1,80})?["']?([\w+/.!@#$%^&*~-]{4,16384}={0,2})["']?/dy

/** What a Kubernetes manifest of the kind Secret holds: the values under `data` and `stringData`. */
export const kubernetesSecret: Rule = {
  name: 'kubernetes-secret',
  type: 'SECRET',
  anchors: ['data:', 'data":', "data':"],
  find(text, hit) {
    if (!KIND.test(text)) return
    let at = 0
    for (const document of text.split(DOCUMENT)) {
      if (KIND.test(document)) {
        for (const data of document.matchAll(DATA)) {
          ENTRY.lastIndex = data.index + data[0].length
          for (let entry = ENTRY.exec(document); entry !== null; entry = ENTRY.exec(document)) {
            const [start, end] = entry.indices?.[1] ?? [0, 0]
            if (!isNotation(entry[1] as string)) hit(at + start, at + end)
          }
        }
      }
      at += document.length + 3
    }
  },
}
