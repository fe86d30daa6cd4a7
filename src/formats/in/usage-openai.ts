import { bucketUsage, countOf, exactly, nameOf, type Usage } from './usage.ts'

/** Whether these are buckets of an OpenAI organization's usage. */
export const isOpenAiUsage = (buckets: readonly object[]): boolean =>
  buckets.some((one) => Object.hasOwn(one, 'start_time'))

/**
 * Buckets of an organization's usage as OpenAI's administration API answers them (`/v1/organization/usage/completions`,
 * `bucket_width` 1m or 1h). What is not grouped by model or key is null. Throws BAD_REQUEST where one is none.
 */
export const openAiUsage = (buckets: readonly object[]): Usage =>
  bucketUsage(buckets, { start: 'start_time', end: 'end_time' }, (of, where) => {
    const input = countOf(of.input_tokens, 'input_tokens', where)
    const output = countOf(of.output_tokens, 'output_tokens', where)
    return {
      model: nameOf(of.model, 'model', where),
      api_key_id: nameOf(of.api_key_id, 'api_key_id', where),
      requests: countOf(of.num_model_requests, 'num_model_requests', where),
      tokens_input: input === null ? null : exactly(input),
      tokens_output: output === null ? null : exactly(output),
    }
  })
