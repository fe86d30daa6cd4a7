import { join } from 'node:path'
import { averagePrecision } from '../src/concepts/calibrate.ts'
import { packageRoot } from '../src/config.ts'
import type { Encoder } from '../src/core/ports.ts'
import { createEncoder } from '../src/encoder/pool.ts'
import { learnt, offTopic } from '../src/flow/topics/topic.ts'
import { seeded } from '../src/stats/seeded.ts'
import { encodeAll, rowsOf } from './labelled.ts'

export interface TopicRow {
  service: string
  /** Prompts that it was learnt from, and of these the share that was off the topic. */
  prompts: number
  polluted: number
  /** Shares told to be off the topic: of later prompts on it, of prompts that belong nowhere, and of those of other services. */
  on_topic: number
  nowhere: number
  others: number
  average_precision: number
  /** Every probability of an off-topic prompt that belongs nowhere, and of one on the topic. */
  p: { nowhere: number[]; on_topic: number[] }
}

/** Share of the prompts of a service that it is learnt from. */
const LEARNT = 0.6
const LONG_HISTORY = 2_000

/**
 * Services of one domain of intents each, and one of all, learnt from the first part of their prompts and asked the rest, prompts
 * that belong to no intent, and prompts of other services. Null without the folder.
 */
export async function topicFigures(dataDir: string | undefined, encoder: Encoder): Promise<TopicRow[] | null> {
  const rows = rowsOf('similarity/clinc150_intents.jsonl.gz', dataDir)
  if (rows === undefined) return null
  const vectors = await encodeAll(
    encoder,
    rows.map(({ text }) => text as string),
  )
  const prompts = rows.map(({ intent, domain }, i) => ({
    domain: intent === 'oos' ? null : (domain as string),
    user_id: null,
    vector: vectors[i]!,
  }))
  const nowhere = prompts.filter(({ domain }) => domain === null)
  const domains = [...new Set(prompts.flatMap(({ domain }) => (domain === null ? [] : [domain])))].sort()
  const found: TopicRow[] = []
  for (const polluted of [0, 0.02])
    for (const service of [...domains, 'all']) {
      const random = seeded(1)
      const own = shuffled(
        prompts.filter(({ domain }) => domain !== null && (service === 'all' || domain === service)),
        random,
      )
      const others = prompts
        .filter(({ domain }, i) => domain !== null && !own.some((one) => one === prompts[i]))
        .filter((_, i) => i % 10 === 0)
      const first = Math.min(LONG_HISTORY, Math.floor(LEARNT * own.length))
      const strays = Math.round(polluted * first)
      const topic = await learnt(shuffled([...own.slice(0, first), ...nowhere.slice(0, strays)], random), random)
      if (topic === null) continue
      const judged = (list: typeof prompts) => list.map(({ vector }) => offTopic(topic, vector) ?? 0)
      const p = { nowhere: judged(nowhere.slice(strays)), on_topic: judged(own.slice(first)) }
      const share = (list: readonly number[]) => list.filter((one) => one >= 0.5).length / (list.length || 1)
      const both = [
        ...p.nowhere.map((one) => ({ p: one, label: true })),
        ...p.on_topic.map((one) => ({ p: one, label: false })),
      ]
      found.push({
        service,
        prompts: first + strays,
        polluted,
        on_topic: share(p.on_topic),
        nowhere: share(p.nowhere),
        others: share(judged(others)),
        average_precision: averagePrecision(both),
        p,
      })
    }
  return found
}

/** How well it is told what is off the topic of a service. Skipped, aloud, without the folder. */
export async function evalTopics(dataDir: string | undefined, { json }: { json: boolean }): Promise<object> {
  const encoder = await createEncoder({ modelsDir: join(packageRoot, 'models'), model: 'static-logs-en-256' })
  try {
    const found = await topicFigures(dataDir, encoder)
    if (found === null) {
      process.stderr.write('skipped: no intents; name the folder of the sets with --data\n')
      return { skipped: 'no data' }
    }
    const rows = found.map(({ p: _, ...row }) => row)
    const share = (value: number) => value.toFixed(2)
    const lines = rows.map(({ service, prompts, polluted, on_topic, nowhere, others, average_precision }) =>
      [
        service,
        String(prompts),
        ...[polluted, on_topic, nowhere, others].map(share),
        average_precision.toFixed(3),
      ].join(' | '),
    )
    const head =
      'service | learnt from | of them off topic | told: on topic | belong nowhere | of others | average precision'
    if (!json)
      process.stdout.write(
        `${[head, '---|---|---|---|---|---|---', ...lines].map((line) => `| ${line} |`).join('\n')}\n`,
      )
    return { rows }
  } finally {
    await encoder.close()
  }
}

export const shuffled = <T>(list: readonly T[], random: () => number): T[] =>
  list
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)
