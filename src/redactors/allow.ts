import type { RE2JS } from 're2js'
import type { Allowed } from '../core/redaction-policy.ts'
import { compilePattern } from './own-rule.ts'

/** True where a part of a text that a rule found is to stay. */
export type Allows = (type: string, text: string) => boolean

/** The exceptions of a house as one question. Throws Error where RE2 refuses a pattern. */
export function allowsOf(entries: readonly Allowed[]): Allows {
  if (entries.length === 0) return () => false
  const texts = new Map<string, (ReadonlySet<string> | null)[]>()
  const patterns: { compiled: RE2JS; types: ReadonlySet<string> | null }[] = []
  for (const { text, pattern, types } of entries) {
    const only = types === undefined ? null : new Set(types)
    if (text !== undefined) {
      const key = text.toLowerCase()
      texts.set(key, [...(texts.get(key) ?? []), only])
    }
    if (pattern !== undefined) patterns.push({ compiled: compilePattern(pattern), types: only })
  }
  const fits = (only: ReadonlySet<string> | null, type: string) => only === null || only.has(type)
  return (type, text) =>
    (texts.get(text.toLowerCase())?.some((only) => fits(only, type)) ?? false) ||
    patterns.some(({ compiled, types }) => fits(types, type) && compiled.testExact(text))
}
