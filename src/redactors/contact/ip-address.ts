import { isIPv4, isIPv6 } from 'node:net'
import type { Rule } from '../rule.ts'

/** Behind the name of a product and a slash stands its version (`Chrome/142.0.7444.59`), in a path an address. */
const FOUR =
  /(?<![\w.-]|(?:^|[^\w/])[A-Za-z][\w-]{0,40}\/)(?:\d{1,3}\.){3}\d{1,3}(?:\/(?:3[0-2]|[12]?\d)(?!\d))?(?![\w]|[.-]\w)/g
const SIX =
  /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4}|(?<=::))(?:%\w{1,16})?(?:\/(?:12[0-8]|1[01]\d|\d{1,2})(?!\d))?(?![\w:]|\.\w)/gi
/** Enough groups of an address without an abbreviation. */
const WRITTEN_OUT = /(?:[0-9a-f]{1,4}:){5}/i
/** The number of a version, a section or an object identifier follows these. */
const VERSION =
  /(?:\bv|\bver(?:sion)?|\brelease|\bbuild|\bsection|§|\boid|\brev(?:ision)?|\bchapter|\bfirmware|\bdriver|\b(?:clause|article|figure|table|chrome|chromium|firefox|safari|edge|opera|windows|android|macos|java|jdk|jre|\.net|framework|sdk|python|patch|update|upgrade))[\s.:=#]{0,3}$/i
/** The version of a package that is pinned, unless the name is that of an address. */
const PINNED = /(?:^|[\s"'`([,])(?![\w-]*(?:ip|addr|host|src|dst|net))[a-z][\w-]{0,30}[=~<>!]=$/i
/** The number of a section: one digit each, at the beginning of a line, a title behind it. */
const SECTION = /^(?:\d\.){3}\d$/
const TITLE = /^ {1,2}[A-Z][a-z]/

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
      if (text[index - 1] === '=' && PINNED.test(text.slice(Math.max(0, index - 34), index))) continue
      const end = index + found.length
      if (
        SECTION.test(found) &&
        /(?:^|[\n#] ?)$/.test(text.slice(Math.max(0, index - 2), index)) &&
        TITLE.test(text.slice(end, end + 4))
      )
        continue
      hit(index, end)
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

/**
 * An address without the part that tells one machine from its neighbours: IPv4 to its /24 (203.0.113.0), IPv6 to its /48
 * (2001:db8:85a3::), a hardware address to the half that names its maker (00:1a:2b). A prefix length stays where it is
 * shorter than that; zones go. Doing it again changes nothing. What is none of the three gives an empty text.
 */
export function truncated(address: string): string {
  const [bare = '', prefix] = address.replace(/%\w{1,16}/, '').split('/')
  const net = (bits: number): string => (prefix === undefined ? '' : `/${Math.min(Number(prefix), bits)}`)
  if (isIPv4(bare)) return bare.replace(/\d+$/, '0') + net(24)
  if (isIPv6(bare)) {
    const mapped = /^(?:0{0,4}:){2,5}ffff:(?=\d+\.)/i.exec(bare)?.[0]
    if (mapped !== undefined) return mapped.toLowerCase() + bare.slice(mapped.length).replace(/\d+$/, '0') + net(120)
    const kept = groupsOf(bare).slice(0, 3)
    while (kept.at(-1) === '0') kept.pop()
    return `${kept.join(':')}::${net(48)}`
  }
  return /^(?:[0-9a-f]{2}([:-])[0-9a-f]{2}\1[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{2})/i.exec(bare)?.[0] ?? ''
}

/** The eight groups of an IPv6 address, without leading zeros, in small letters. */
function groupsOf(address: string): string[] {
  const hex = address.toLowerCase().replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const pair = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16)
    return `${pair(a, b)}:${pair(c, d)}`
  })
  const [head = '', tail] = hex.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const between = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array<string>(between).fill('0'), ...after].map((group) => group.replace(/^0+(?=.)/, ''))
}
