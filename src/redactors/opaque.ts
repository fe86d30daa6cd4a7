/** Names of fields that hold a digest. */
const DIGEST_FIELD = /(?:^|_)(?:hash|sha256|sha1|sha512|md5|digest|etag|checksum)$/
/**
 * What a digest looks like in hex: never digits alone (a card), nor the beginning of an IBAN. In base64 it looks like a
 * key of the same length, so that is for the rules to tell.
 */
const HEX_DIGEST =
  /^(?:(?:sha-?(?:1|256|384|512)|md5|blake[23]b?|xxh\d{1,3})[:-])?(?![a-f]{2}\d\d)(?=\d*[a-f])([0-9a-f]{16,128})$/i
/** Ids of tracers and the like, which are many: hex with a letter in one word, or a UUID. Two letters and two digits may begin an IBAN (DE, BE, AE, …). */
const OPAQUE = /^(?:(?![a-f]{2}\d\d)(?=[0-9]*[a-f])[0-9a-f]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
/** Hex that spells text, byte for byte, was not drawn by chance. */
const SPELT = /^(?:[2-7][0-9a-f]){8,}$/i

/** True where an id was drawn by chance, so that no rule can find anything in it. */
export const isOpaque = (id: string): boolean => OPAQUE.test(id) && !SPELT.test(id)

/** True where a field holds a digest in hex by its name and its form, and it does not spell a text. */
export function isDigest(name: string, value: string): boolean {
  if (!DIGEST_FIELD.test(name)) return false
  const hex = HEX_DIGEST.exec(value)?.[1]
  return hex !== undefined && !SPELT.test(hex)
}
