import { type Digest, FIGURES, type Figure, type FigureName } from '../../../src/core/digest.ts'

/** A believable day, made of nothing but arithmetic. */
export function aDigest(over: Partial<Digest> = {}): Digest {
  const figure = (name: FigureName, scale: number, day: number, verdict: Figure['verdict']): [FigureName, Figure] => {
    const series = Array.from({ length: 30 }, (_, i) =>
      i < 3 ? null : Math.round(scale * (i % 7 > 4 ? 0.4 : 1) * (1 + 0.12 * Math.sin(i * 1.7)) * 100) / 100,
    )
    series[29] = day
    return [
      name,
      { value: day, usual: { median: scale, mad: scale / 10, days: 4, against: 'weekday' }, verdict, series },
    ]
  }
  const scales = [1180, 212, 640, 402_000, 811_000, 14.2, 21, 9, 3]
  const days = [1254, 218, 671, 431_020, 1_384_400, 24.61, 22, 41, 0]
  const verdicts = ['usual', 'usual', 'usual', 'usual', 'above', 'above', 'usual', 'above', 'below'] as const
  const figures = Object.fromEntries(
    FIGURES.map((name, i) => figure(name, scales[i] ?? 0, days[i] ?? 0, verdicts[i] ?? null)),
  ) as Record<FigureName, Figure>
  return {
    date: '2026-01-15',
    from: '2026-01-15T00:00:00.000000Z',
    to: '2026-01-16T00:00:00.000000Z',
    generated_at: '2026-01-17T01:30:00.000000Z',
    complete: true,
    closed: true,
    tenant_id: null,
    headline:
      '3 findings to look at, 1 of them critical. 1,254 events from 218 users, as usual for a Thursday; refusals are well above usual.',
    figures,
    findings: {
      items: [
        {
          finding_id: 'f-1',
          detector: 'slow-drip',
          severity: 'critical',
          score: 93.2,
          status: 'new',
          entity_type: 'user',
          entity_id: 'user:3f9a17c0de55b210',
          title: 'Requests stay a little above usual, day after day',
          evidence: 'Slightly above usual for 11 days in a row: about 17 requests a day where 4 are usual.',
          since: '2026-01-04T00:00:00.000000Z',
          fresh: false,
          event_ids: ['evt_01JH2M7Q9R', 'evt_01JH2M8A1C', 'evt_01JH2N0V3B'],
        },
        {
          finding_id: 'f-2',
          detector: 'token-surge',
          severity: 'high',
          score: 78,
          status: 'acknowledged',
          entity_type: 'model',
          entity_id: 'tide-large',
          title: 'Answers became four times as long within five minutes',
          evidence:
            'Two windows of five minutes in a row had 1,940 tokens out per answer where 470 are usual at this hour.',
          since: '2026-01-15T14:05:00.000000Z',
          fresh: true,
          event_ids: ['evt_01JH3B44TX'],
        },
        {
          finding_id: 'f-3',
          detector: 'volume',
          severity: 'medium',
          score: 52,
          status: 'new',
          entity_type: 'ip',
          entity_id: '203.0.113.9',
          title: 'Far more requests than usual',
          evidence: '312 requests on this day where 40 are usual.',
          since: '2026-01-15T02:00:00.000000Z',
          fresh: true,
          event_ids: [],
        },
      ],
      total: 5,
      by_severity: { info: 0, low: 2, medium: 1, high: 1, critical: 1 },
      closed: 1,
    },
    scores: [
      {
        entity_type: 'user',
        entity_id: 'user:3f9a17c0de55b210',
        score: 93.2,
        severity: 'critical',
        change: 6,
        reason: 'slightly above usual for 11 days in a row',
      },
      {
        entity_type: 'model',
        entity_id: 'tide-large',
        score: 78,
        severity: 'high',
        change: 78,
        reason: 'answers four times as long as usual',
      },
      {
        entity_type: 'ip',
        entity_id: '203.0.113.9',
        score: 52,
        severity: 'medium',
        change: null,
        reason: 'requests far above usual',
      },
      {
        entity_type: 'user',
        entity_id: 'u-204',
        score: 31,
        severity: 'low',
        change: -4,
        reason: 'more failed log-ins than usual',
      },
    ],
    models: {
      items: [
        {
          model: 'tide-large',
          model_version: '2026-01-09',
          events: 801,
          tokens_input: 300_000,
          tokens_output: 1_100_000,
          cost_usd: 20.1,
          errors: 14,
          refusals: 37,
          blocked: 0,
        },
        {
          model: 'tide-small',
          model_version: null,
          events: 412,
          tokens_input: 120_000,
          tokens_output: 280_000,
          cost_usd: 4.31,
          errors: 8,
          refusals: 4,
          blocked: 0,
        },
        {
          model: 'reef-embed',
          model_version: '3',
          events: 41,
          tokens_input: 11_020,
          tokens_output: 0,
          cost_usd: 0.2,
          errors: 0,
          refusals: 0,
          blocked: 0,
        },
      ],
      total: 3,
    },
    latency: [
      { model: 'tide-large', n: 801, median_ms: 1840, p95_ms: 6120 },
      { model: 'tide-small', n: 412, median_ms: 610, p95_ms: 1480 },
    ],
    new_models: [{ model: 'tide-large', model_version: '2026-01-09', events: 801 }],
    jobs: [
      { name: 'embed', runs: 96, failed: 0, last_run: '2026-01-17T01:15:04.000000Z', last_outcome: 'done' },
      { name: 'baseline', runs: 24, failed: 0, last_run: '2026-01-17T01:00:03.000000Z', last_outcome: 'done' },
      { name: 'detect', runs: 24, failed: 1, last_run: '2026-01-17T01:05:10.000000Z', last_outcome: 'done' },
    ],
    not_examined: [
      {
        what: 'without_text',
        n: 103,
        why: 'They hold hashes or numbers alone, so they count in figures and baselines and not in anything read by meaning.',
      },
      {
        what: 'learning',
        n: 12,
        why: 'Fewer than 40 events and less than 14 days are known of them, so they are judged by what others do.',
      },
    ],
    redaction: {
      total: 87,
      by_type: [
        { type: 'EMAIL', n: 51 },
        { type: 'PHONE', n: 29 },
        { type: 'CARD', n: 7 },
      ],
    },
    ledger: { size: 38_211, root: '5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456' },
    ...over,
  }
}
