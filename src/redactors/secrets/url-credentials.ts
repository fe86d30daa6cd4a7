import type { Rule } from '../rule.ts'
import { isNotation } from './strength.ts'

/** User and password; the last @ before the host ends them, since a password may hold one itself. */
const USERINFO = /([^\s:/@"'<>`]{0,128}):([^\s/"'<>`]{1,256})@(?=[\w.[%-])/y
const HTTP_TOKEN = /[^\s:/@"'<>`]{16,256}@(?=[\w.-]{1,253})/y

/** User and password in a URL or connection string (`scheme://user:password@host`), and a token that stands in the user's place. */
export const urlCredentials: Rule = {
  name: 'url-credentials',
  type: 'URL_CREDENTIALS',
  anchors: ['://'],
  find(text, hit) {
    for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
      if (!/[a-z0-9]/i.test(text[at - 1] ?? '')) continue
      USERINFO.lastIndex = at + 3
      const found = USERINFO.exec(text)
      if (found !== null) {
        if (!isNotation(found[2] as string)) hit(at + 3, at + 2 + found[0].length)
        continue
      }
      HTTP_TOKEN.lastIndex = at + 3
      const token = HTTP_TOKEN.exec(text)?.[0].slice(0, -1)
      if (token !== undefined && /\d/.test(token) && /[a-z]/i.test(token)) hit(at + 3, at + 3 + token.length)
    }
  },
}
