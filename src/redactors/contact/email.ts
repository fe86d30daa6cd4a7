import type { Rule } from '../rule.ts'

const DOMAIN =
  /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}])/uy
const LOCAL = /[\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]/u
/** Marks that are allowed in a local part but rather belong to what stands around it. */
const EDGE = /^[.!#$%&'*+/=?^`{|}~-]+/
/** Endings that name a file: an image for dense screens is written icon@2x.png. */
const FILE = /^\dx\.|\.(?:png|jpe?g|gif|svg|webp|ico|css|js|ts|tsx|jsx|json|html?|py|rb|go|rs|java|md|txt)$/i
/** Somebody has hidden the name already. */
const MASKED = /\*{2}/
const LOCAL_MAX = 64

/** E-mail addresses, also international ones. Found from the @ outwards, so that each character is read once. */
export const email: Rule = {
  name: 'email',
  type: 'EMAIL',
  anchors: ['@'],
  tailHarmless: true,
  canonical: (match) => match.toLowerCase(),
  find(text, hit) {
    for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
      let start = at
      while (start > 0 && at - start < LOCAL_MAX && LOCAL.test(text[start - 1] as string)) start--
      const local = text.slice(start, at).replace(EDGE, '')
      // the part after the last slash, equals sign or quote is the address in `mailto=/a/b=joe@…`
      const own = local.slice(
        Math.max(local.lastIndexOf('/'), local.lastIndexOf('='), local.lastIndexOf("'"), local.lastIndexOf('`')) + 1,
      )
      if (own === '' || !/[\p{L}\p{N}_]/u.test(own) || MASKED.test(own)) continue
      DOMAIN.lastIndex = at + 1
      const domain = DOMAIN.exec(text)?.[0]
      if (domain === undefined || FILE.test(domain)) continue
      const end = at + 1 + domain.length
      // a remote of a repository: git@host:path
      if (own === 'git' && text[end] === ':') continue
      hit(at - own.length, end)
    }
  },
}
