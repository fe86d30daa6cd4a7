import type { Rule } from '../rule.ts'
import { isStandIn, looksRandom } from './strength.ts'

const SCHEME =
  /\b(bearer|basic|token|apikey|api-key|ssws|digest|aws4-hmac-sha256)(?:%20|[\s:=]{1,3})["'`]?([\w.~+/=!:%-]{8,4096})/gi
const HEADER = /\b(?:proxy-)?authorization\\?["'`]?\s{0,3}[:=,]\s{0,3}\\?["'`]?([\w.~+/=!:%-]{8,4096})(?![\w ])/gi
const COOKIE = /\b(?:set-)?cookie\\?["'`]?\s{0,2}:\s{0,2}\\?["'`]?([^\r\n"'`]{8,4096})/gi
const USER = /(?:\s|^)(?:-u|--user|--proxy-user|--basic-auth)[ =]["']?([^\s"':]{0,256}:[^\s"']{3,256})/g

/** What opens a door in an HTTP request: the value after an authorisation scheme, a bare Authorization header, cookies, and the user option of curl. */
export const authorization: Rule = {
  name: 'authorization',
  type: 'AUTHORIZATION',
  anchors: ['bearer', 'authorization', 'cookie', '-u ', '--user', '-user ', 'ssws', 'basic-auth'],
  find(text, hit) {
    for (const found of text.matchAll(SCHEME)) {
      const [all, scheme = '', value = ''] = found
      const at = found.index + all.length - value.length
      const announced = /authorization\\?["'`]?\s{0,3}[:=,]?\s{0,3}\\?["'`]?$/i.test(
        text.slice(Math.max(0, found.index - 40), found.index),
      )
      if (isStandIn(value)) continue
      const credible =
        scheme.toLowerCase() === 'bearer'
          ? looksRandom(value)
          : announced && (looksRandom(value) || /[+/=]/.test(value) || value.length >= 16)
      if (credible) hit(at, at + value.replace(/[.,:!]+$/, '').length)
    }
    for (const found of text.matchAll(HEADER)) {
      const value = found[1] as string
      const at = found.index + found[0].length - value.length
      if (!isStandIn(value) && looksRandom(value)) hit(at, at + value.length)
    }
    for (const found of text.matchAll(COOKIE)) {
      const value = (found[1] as string).trimEnd()
      const at = found.index + found[0].indexOf(value, 7)
      if (/^[\w.$-]{1,64}=[^\s;]{6,}/.test(value) && !/^[\w.$-]{1,64}=\uFFFC+/.test(value)) hit(at, at + value.length)
    }
    for (const found of text.matchAll(USER)) {
      const value = found[1] as string
      const at = found.index + found[0].length - value.length
      if (!isStandIn(value.slice(value.indexOf(':') + 1))) hit(at, at + value.length)
    }
  },
}
