import { describe, expect, it } from 'vitest'
import { parseTime } from '../../../src/core/window.ts'
import { NO_MAPPING } from '../../../src/formats/in/mapping.ts'
import { anthropicUsage } from '../../../src/formats/in/usage-anthropic.ts'
import { openAiUsage } from '../../../src/formats/in/usage-openai.ts'
import { usageTable } from '../../../src/formats/in/usage-table.ts'

const TEN = parseTime('2026-01-15T10:00:00Z') as number
const SECONDS = TEN / 1_000_000

describe('a usage export', () => {
  it('of OpenAI is read by hour, also by minute, and speaks of hours in which nothing was', () => {
    const result = { input_tokens: 70, output_tokens: 30, num_model_requests: 4, model: 'm', api_key_id: 'k' }
    const usage = openAiUsage([
      { start_time: SECONDS, end_time: SECONDS + 60, results: [result] },
      { start_time: SECONDS + 60, end_time: SECONDS + 120, results: [{ ...result, model: null }] },
      { start_time: SECONDS + 3600, end_time: SECONDS + 7200, results: [] },
    ])
    expect(usage.hours).toEqual([TEN, TEN + 3_600_000_000])
    expect(usage.rows).toMatchObject([
      { hour: TEN, model: 'm', api_key_id: 'k', requests: 4, tokens_input: { low: 70, high: 70 } },
      { hour: TEN, model: null },
    ])
  })

  it('of Anthropic counts no requests, and cached input within bounds', () => {
    const usage = anthropicUsage([
      {
        starting_at: '2026-01-15T10:00:00Z',
        ending_at: '2026-01-15T11:00:00Z',
        results: [
          {
            uncached_input_tokens: 100,
            cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 3 },
            cache_read_input_tokens: 200,
            output_tokens: 50,
            model: 'm',
          },
        ],
      },
    ])
    expect(usage.rows).toEqual([
      {
        hour: TEN,
        model: 'm',
        api_key_id: null,
        requests: null,
        tokens_input: { low: 100, high: 323 },
        tokens_output: { low: 50, high: 50 },
      },
    ])
  })

  it('by day is refused with what to do', () => {
    expect(() => openAiUsage([{ start_time: SECONDS, end_time: SECONDS + 86_400, results: [] }])).toThrow(
      'bucket 1: it is longer than an hour; ask for the export with bucket_width=1h',
    )
  })
})

describe('a table of usage', () => {
  it('may be the log of a gateway, a request a row, under other names', () => {
    const mapping = { ...NO_MAPPING, take: { timestamp: 'ts', tokens_output: 'usage.out' } }
    const usage = usageTable(
      [
        { ts: '2026-01-15 10:59:59', model: 'm', usage: { out: 5 } },
        { ts: SECONDS + 2 * 3600, model: 'm' },
      ],
      mapping,
    )
    expect(usage.rows).toMatchObject([
      { hour: TEN, requests: 1, tokens_output: { low: 5, high: 5 } },
      { hour: TEN + 2 * 3_600_000_000, requests: 1, tokens_output: null },
    ])
    expect(usage.hours).toHaveLength(3)
  })

  it('reads hours however they are written', () => {
    for (const hour of [
      '2026-01-15T10',
      '2026-01-15 10:00',
      '2026-01-15T10:00:00Z',
      '2026-01-15T12:00:00+02:00',
      SECONDS,
      `${SECONDS}000`,
    ])
      expect(usageTable([{ hour, requests: 1 }], NO_MAPPING).hours).toEqual([TEN])
  })

  it('is refused where a row is none, without quoting it', () => {
    const refused: [unknown, RegExp][] = [
      [{ model: 'secret' }, /record 1: hour \(or timestamp\) must be a time/],
      [{ hour: 'secret' }, /must be a time/],
      [{ hour: SECONDS, requests: 'secret' }, /requests must be a number/],
      [{ hour: SECONDS, tokens_input: -1 }, /tokens_input must be a number/],
      [{ hour: SECONDS, tokens_input: 1e300 }, /tokens_input must be a number/],
      [{ hour: SECONDS, model: { secret: 1 } }, /model must be a text/],
      ['secret', /is no object/],
    ]
    for (const [row, message] of refused) {
      expect(() => usageTable([row], NO_MAPPING)).toThrow(message)
      expect(() => usageTable([row], NO_MAPPING)).not.toThrow(/secret/)
    }
    expect(() => usageTable([], NO_MAPPING)).toThrow('it holds no usage')
    expect(() => usageTable([{ hour: SECONDS }, { hour: '2099-01-01T00' }], NO_MAPPING)).toThrow('three years')
  })
})
