import { near, type Rule } from '../rule.ts'

const ADDRESS =
  /(?<![\w:.-]|\b[0-9a-f]{2} )(?:[0-9a-f]{2}(?:(?::[0-9a-f]{2}){5}|(?:-[0-9a-f]{2}){5})|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w%]|[:.-]\w)/gi
const WORDS =
  /\bmac\b|_mac|mac_|\bmac[- ]?addr|hardware|physical|ethernet|\bether\b|bssid|lladdr|\bnic\b|\bwi-?fi\b|bluetooth|\barp\b|\bdhcp\b|device|interface|\blink\b/i

/** One hexadecimal digit: of the class that stands for all digits, or a letter. */
const HEX = ['0', 'a', 'b', 'c', 'd', 'e', 'f']
const PAIRS = HEX.flatMap((one) => HEX.map((two) => one + two))

/**
 * Addresses of network interfaces (IEEE 802, 48 bits): six pairs with colons or hyphens, three fours with dots. Digits
 * alone might be a time or a version, so a word stands near them. All zeros and all ones name nobody; longer rows of pairs
 * are fingerprints and dumps.
 */
export const mac: Rule = {
  name: 'mac-address',
  type: 'MAC',
  anchors: [...PAIRS.flatMap((pair) => [`:${pair}:`, `-${pair}-`]), ...PAIRS.map((pair) => `.${pair}`)],
  canonical: (match) => match.replace(/[:.-]/g, '').toLowerCase(),
  find(text, hit) {
    for (const { 0: found, index } of text.matchAll(ADDRESS)) {
      const end = index + found.length
      if (/^[0:.-]+$|^[f:.-]+$/i.test(found)) continue
      if (/[a-f]/i.test(found) || near(text, index, end, WORDS)) hit(index, end)
    }
  },
}
