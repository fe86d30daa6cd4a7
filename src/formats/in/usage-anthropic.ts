import { bucketUsage, countOf, exactly, nameOf, type Usage } from './usage.ts'

/** Whether these are buckets of an Anthropic organization's usage report. */
export const isAnthropicUsage = (buckets: readonly object[]): boolean =>
  buckets.some((one) => Object.hasOwn(one, 'starting_at'))

/**
 * Buckets of a usage report as Anthropic's administration API answers them (`/v1/organizations/usage_report/messages`,
 * `bucket_width` 1m or 1h). It counts no requests, and cached input apart: a log may have counted either. Throws
 * BAD_REQUEST where one is none.
 */
export const anthropicUsage = (buckets: readonly object[]): Usage =>
  bucketUsage(buckets, { start: 'starting_at', end: 'ending_at' }, (of, where) => {
    const uncached = countOf(of.uncached_input_tokens, 'uncached_input_tokens', where)
    const output = countOf(of.output_tokens, 'output_tokens', where)
    return {
      model: nameOf(of.model, 'model', where),
      api_key_id: nameOf(of.api_key_id, 'api_key_id', where),
      requests: null,
      tokens_input: uncached === null ? null : { low: uncached, high: uncached + cached(of, where) },
      tokens_output: output === null ? null : exactly(output),
    }
  })

function cached(of: Record<string, unknown>, where: string): number {
  const made =
    typeof of.cache_creation === 'object' && of.cache_creation !== null ? Object.entries(of.cache_creation) : []
  const counts = [['cache_read_input_tokens', of.cache_read_input_tokens] as const, ...made]
  return counts.reduce((sum, [name, value]) => sum + (countOf(value, name.slice(0, 64), where) ?? 0), 0)
}
