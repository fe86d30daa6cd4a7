import { withoutAttachments } from './attachment.ts'
import { failed, PLACEHOLDER, type Tagger } from './placeholder.ts'
import { RuleTimeout, type Scan } from './scan.ts'

/** A replaced part can bring two others together that then match; each pass leaves less to find. */
const PASSES = 6

export interface FieldParts {
  scan: Scan
  tagger: Tagger
  /** Longest text, in UTF-8 bytes, after attachments were taken out and without placeholders. */
  maxBytes: number
}

/** What happened to a field beside its new text. */
export interface Tally {
  counts: Record<string, number>
}

/**
 * A redacted text. Throws nothing: where a rule throws or takes too long, or the text is too large or does not settle, all of it becomes
 * `[REDACTION_FAILED:reason]`. Redacting the result again changes nothing.
 * @param name of the field, as context for its value; it is not part of the result
 */
export function redactField(parts: FieldParts, text: string, tenant: string, tally: Tally, name = ''): string {
  const context = name === '' ? '' : `${name}: `
  let counts: Map<string, number> | null = null
  let now = text
  try {
    now = withoutAttachments(text)
    if (now.length > parts.maxBytes || (now.length * 3 > parts.maxBytes && Buffer.byteLength(now) > parts.maxBytes)) {
      // what was replaced before does not count: a second redaction takes what the first one made
      if (Buffer.byteLength(now.replace(PLACEHOLDER, '')) > parts.maxBytes) return failed('too-large')
    }
    let known: Map<string, string> | null = null
    for (let pass = 0; ; pass++) {
      const spans = parts.scan(context + now)
      let out = ''
      let from = 0
      for (const span of spans) {
        const start = Math.max(span.start - context.length, 0)
        const end = span.end - context.length
        if (end <= start) continue
        const key = `${span.type}\0${span.value}`
        known ??= new Map()
        const stands = known.get(key) ?? parts.tagger.placeholder(tenant, span.type, span.value)
        known.set(key, stands)
        // a value that is to stay stands for itself
        if (stands === span.value || stands === now.slice(start, end)) continue
        out += now.slice(from, start) + stands
        from = end
        counts ??= new Map()
        counts.set(span.type, (counts.get(span.type) ?? 0) + 1)
      }
      if (from === 0) break
      if (pass === PASSES) return failed('unsettled')
      now = out + now.slice(from)
    }
  } catch (error) {
    return failed(error instanceof RuleTimeout ? 'rule-timeout' : 'rule-error')
  }
  for (const [type, n] of counts ?? []) tally.counts[type] = (tally.counts[type] ?? 0) + n
  return now
}
