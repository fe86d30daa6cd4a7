import { isIPv4, isIPv6 } from 'node:net'
import type { Rule } from '../rule.ts'

/** Behind the name of a product and a slash stands its version (`Chrome/142.0.7444.59`), in a path an address. */
const FOUR =
  /(?<![\w.-]|(?:^|[^\w/])[A-Za-z][\w-]{0,40}\/|\d[,])(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:3[0-2]|[12]?\d)(?!\d))?(?![\w]|[.-]\w)/g
const SIX =
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}|(?<=::))(?:%\w{1,16})?(?:\/(?:12[0-8]|1[01]\d|\d{1,2})(?!\d))?(?![\w:]|\.\w)/gi
/** Enough groups of an address without an abbreviation. */
const WRITTEN_OUT = /(?:[0-9a-f]{1,4}:){5}/i
/** The number of a version, a section or an object identifier follows these. */
const VERSION =
  /(?:\bv|\bver(?:sion)?|\brelease|\bbuild|\bsection|\b§|\boid|\brev(?:ision)?|\bchapter|\bfirmware|\bdriver)[\s.:=#]{0,3}$/i

/** IPv4 addresses, with the prefix length where one is given. Those that name nobody (loopback, unspecified, broadcast) stay. */
export const ipv4: Rule = {
  name: 'ipv4-address',
  type: 'IP',
  anchors: ['0.0'],
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(FOUR)) {
      const address = found.split('/')[0] as string
      if (!isIPv4(address) || /^(?:127\.|0\.0\.0\.0$|255\.)/.test(address)) continue
      if (VERSION.test(text.slice(Math.max(0, index - 16), index))) continue
      hit(index, index + found.length)
    }
  },
}

/** IPv6 addresses, with zone and prefix length where they are given. Loopback, unspecified and what reads like a path of names in code stay. */
export const ipv6: Rule = {
  name: 'ipv6-address',
  type: 'IP',
  anchors: ['::', ':0', ':a', ':b', ':c', ':d', ':e', ':f'],
  canonical: (match) => match.toLowerCase(),
  find(text, hit) {
    if (!text.includes('::') && !WRITTEN_OUT.test(text)) return
    for (const { 0: found, index } of text.matchAll(SIX)) {
      const address = found.split('/')[0] as string
      if (!isIPv6(address) || !/\d/.test(address) || /^[0:]*:0{0,3}[01]?$/.test(address)) continue
      // one or two short groups are a slice, a ratio or a range
      if (/^[0-9a-f]{0,2}::[0-9a-f]{0,2}$/i.test(address)) continue
      hit(index, index + found.length)
    }
  },
}
