import { Problem } from '../../core/problem.ts'
import { countOf, exactly, hourOfBucket, nameOf, spanOf, timeOf, type Usage } from './usage.ts'

interface Bucket {
  start_time?: unknown
  end_time?: unknown
  results?: unknown
}

/** Whether these are buckets of an OpenAI organization's usage. */
export const isOpenAiUsage = (buckets: readonly object[]): boolean =>
  buckets.some((one) => Object.hasOwn(one, 'start_time'))

/**
 * Buckets of an organization's usage as OpenAI's administration API answers them (`/v1/organization/usage/completions`,
 * `bucket_width` 1m or 1h). What is not grouped by model or key is null. Throws BAD_REQUEST where one is none.
 */
export function openAiUsage(buckets: readonly object[]): Usage {
  const rows: Usage['rows'] = []
  const hours: number[] = []
  for (const [i, bucket] of (buckets as readonly Bucket[]).entries()) {
    const where = `bucket ${i + 1}`
    const start = timeOf(bucket.start_time, 'start_time', where)
    const hour = hourOfBucket(start, timeOf(bucket.end_time, 'end_time', where), where)
    hours.push(hour)
    if (!Array.isArray(bucket.results)) throw new Problem('BAD_REQUEST', `${where}: results must be a list`)
    for (const result of bucket.results as unknown[]) {
      if (typeof result !== 'object' || result === null)
        throw new Problem('BAD_REQUEST', `${where}: a result is no object`)
      const of = result as Record<string, unknown>
      const input = countOf(of.input_tokens, 'input_tokens', where)
      const output = countOf(of.output_tokens, 'output_tokens', where)
      rows.push({
        hour,
        model: nameOf(of.model, 'model', where),
        api_key_id: nameOf(of.api_key_id, 'api_key_id', where),
        requests: countOf(of.num_model_requests, 'num_model_requests', where),
        tokens_input: input === null ? null : exactly(input),
        tokens_output: output === null ? null : exactly(output),
      })
    }
  }
  return { rows, hours: spanOf(hours, false), covers: 'listed' }
}
