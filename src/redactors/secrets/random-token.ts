import type { Rule } from '../rule.ts'
import { entropy, isGenerated, isIdentifier } from './strength.ts'

/** Speaks of a secret, so that what follows may be one; `key` and the like only with a word that makes them one. */
const SECRET_WORD =
  /\b(?:api|access|auth|secret|private|license|product|activation|account|signing|encryption|master|shared|service|admin|root|session|bearer|refresh|id|personal|deploy|webhook|recovery|unseal|bot|app|client)?[ _-]?(?:keys?|tokens?|secrets?|credentials?|creds|passwords?|passphrase|passcode|pwd|bearer|pat)\b|\bauthenticat|\bauthoriz/gi
/** Said of the same thing, it is something else: hashes, ids, public halves, blocks of a chain, samples of an encoding. */
const HARMLESS_WORD =
  /\b(?:hash(?:es|ed)?|sha-?\d*|md5|commit|digest|etag|checksum|crc\d*|fingerprint|integrity|uuid|guid|ids?|identifier|trace|span|request|req|revision|rev|version|build|branch|tag|transaction|tx|block|address|wallet|public|pubkey|primary|foreign|cache|partition|sort|row|base64|encoded|image|file|path|url|link|slug|name|index|serial|tracking|order|invoice|signature|nonce|salt|iv|ciphertext|cipher|encrypted|limit|count|usage|per|max_?tokens|model|tokenizer|vocab\w*|chain|contract|mint|swap|ethereum|solana)\b/i
/** A candidate: letters, digits and the marks of base64 and its kin, as one word. */
const RUN = /(?<![\w+/=.:@#$%&~-])[A-Za-z0-9][\w+/.~=-]{15,255}(?![\w@])/g
const UUID = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i
/** Ids of events and things, by what stands in front. */
const PREFIXED =
  /^(?:req|chatcmpl|cmpl|msg|call|toolu|run|thread|asst|file|evt|event|trace|span|user|usr|org|sess|cus|sub|pi|ch|in|prod|price|acct|txn|order|item|job|task|id|img|vid|pod|i|vol|ami|subnet|vpc|sg|rtb|eni|arn)[-_]/i
/** How far before a token its word may stand, and how far behind. */
const BEFORE = 64
const AFTER = 24

/**
 * A token without a mark or a name, where the words beside it say that it is secret: `here is my API token: …`,
 * `use the key …`. It must look drawn by chance; ids, hashes, paths, words and samples of base64 do not, or their words say
 * what they are.
 */
export const randomToken: Rule = {
  name: 'random-token',
  type: 'SECRET',
  anchors: [
    'key',
    'token',
    'secret',
    'credential',
    'creds',
    'passw',
    'passphrase',
    'passcode',
    'pwd',
    'bearer',
    'authenticat',
    'authoriz',
  ],
  run: 20,
  find(text, hit) {
    let words: readonly { start: number; end: number }[] | null = null
    let next = 0
    for (const { 0: run, index } of text.matchAll(RUN)) {
      const value = run.replace(/[.~-]+$/, '')
      if (!isToken(value)) continue
      words ??= [...text.matchAll(SECRET_WORD)].map((word) => ({ start: word.index, end: word.index + word[0].length }))
      const end = index + value.length
      // both lists are in order, so that each word is passed once
      while ((words[next]?.end ?? Number.POSITIVE_INFINITY) <= index) next++
      const before = words[next - 1]
      const said = before !== undefined && index - before.end <= BEFORE ? before : undefined
      let after = next
      while ((words[after]?.start ?? Number.POSITIVE_INFINITY) < end) after++
      const behind = words[after]
      const saidAfter = behind !== undefined && behind.start - end <= AFTER ? behind : undefined
      const about =
        said !== undefined
          ? text.slice(Math.max(0, said.start - 16), index)
          : saidAfter !== undefined
            ? text.slice(end, saidAfter.end + 12)
            : null
      // one sentence, or a line that announces the next
      if (about === null || /[.;!?]\s|\n(?!\s*$)[^\n]*\n|[{}|]/.test(about) || HARMLESS_WORD.test(about)) continue
      if (saidAfter !== undefined && said === undefined && !/^["'`)]?\s{0,2}(?:is|was|as|ist)\b/i.test(about)) continue
      hit(index, end, 0.6)
    }
  },
}

/** Whether a word looks drawn by chance and not like an id, a path, a host or a name of a program. */
function isToken(value: string): boolean {
  if (!isGenerated(value) || UUID.test(value) || PREFIXED.test(value)) return false
  if (/^(?:https?|www)[.:]|\.(?:com|org|net|io|dev|html?|js|ts|py|md|json|png|jpe?g|pdf|txt|csv)$/i.test(value))
    return false
  if (isIdentifier(value)) return false
  const hex = /^[0-9a-f]+$/i.test(value)
  if (hex) return value.length >= 32 && entropy(value) >= 3
  return value.length >= 20 && entropy(value) >= (value.length >= 32 ? 3.7 : 3.4)
}
