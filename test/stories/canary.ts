import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { plainFiles } from '../plain-files.ts'
import { aCanary, type Canary, createSearch, inWriting, roundOf } from './canaries.ts'
import { aFolder, aKey, cli, discard, keyOf, type Served, served } from './served.ts'

const TIME = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
const BODY_LIMIT = 256 * 1024

/**
 * Plants `n` canaries behind every door of the service and the command line; none may be found on disk or in an output.
 * @param places of an event that each canary stands in: all, or half of them in turns, so that every kind has been in each
 */
export async function noCanaryIsFound(n: number, random: () => number, places: 'all' | 'half') {
  const full = (canary: Canary, i: number) =>
    places === 'all' ? everywhere(canary, i) : half(everywhere(canary, i), i)
  const canaries = Array.from({ length: n }, (_, i) => aCanary(i, random))
  const search = createSearch(canaries)
  // a search that finds nothing proves nothing unless it can find
  for (const { text, needles } of canaries) {
    expect(search.in(Buffer.from(text)).length).toBeGreaterThan(0)
    for (const needle of needles)
      for (const encoding of ['base64', 'base64url', 'hex', 'utf16le'] as const) {
        const hidden = Buffer.from(`x${needle}y`, encoding === 'utf16le' ? encoding : 'utf8')
        const written = encoding === 'utf16le' ? hidden : Buffer.from(hidden.toString(encoding))
        expect(search.in(written).length).toBeGreaterThan(0)
      }
  }

  const dataDir = aFolder()
  try {
    const key = aKey(dataDir, 'admin')
    const service = await served(dataDir, key, ['--jobs-enabled', 'false', '--body-limit-bytes', String(BODY_LIMIT)])
    const answers: string[] = []
    const call: Served['call'] = async (...args) => {
      const answer = await service.call(...(args as Parameters<Served['call']>))
      answers.push(answer.text, JSON.stringify([...answer.headers]))
      return answer as never
    }
    await ingest(call, canaries, full)
    await hurt(call, canaries, full)
    for (const name of ['embed', 'baseline', 'detect', 'digest', 'checkpoint']) await service.job(name)
    await ask(call, canaries)
    await note(call, canaries)
    const outputs = imports(
      dataDir,
      canaries.filter((_, i) => i % 7 === 0),
      full,
    )
    // killed in the middle of taking events in, so that what lies in the log of the database stays there to be read
    const halfway = canaries
      .slice(-40)
      .map((canary, i) => call('POST', '/v1/events', { ...full(canary, i), event_id: `half-${i}` }).catch(() => null))
    await Promise.race(halfway)
    await service.kill('SIGKILL')
    await Promise.all(halfway)

    const store = keyOf(dataDir)
    // a file that cannot be opened would hide what it holds
    expect(plainFiles(dataDir, store).some(({ bytes }) => bytes.includes('llm.completion'))).toBe(true)
    expect(search.under(dataDir, store)).toEqual([])
    expect(search.in(Buffer.from(service.output()))).toEqual([])
    expect(search.in(Buffer.from(answers.join('\n')))).toEqual([])
    expect(search.in(Buffer.from(outputs))).toEqual([])

    // and once more when the log was worked into the database
    expect(cli(dataDir, ['job', 'list']).code).toBe(0)
    expect(search.under(dataDir, store)).toEqual([])
  } finally {
    discard(dataDir)
  }
}

type Place = (canary: Canary, n: number) => Record<string, unknown>

const NEEDED = new Set(['event_id', 'timestamp', 'event_type'])

/** Every second field of an event, for its kind and the next in turns, and the others after it came plain and in disguise. */
function half(event: Record<string, unknown>, n: number) {
  const turn = n + Math.floor(roundOf(n) / 2)
  return Object.fromEntries(Object.entries(event).filter(([name], i) => NEEDED.has(name) || (i + turn) % 2 === 0))
}

/** An event that holds a canary in every place where a producer can put a text. */
function everywhere(canary: Canary, n: number) {
  const { text } = canary
  const said = inWriting(canary, n)
  const path = `/v1/users/${text}?a=1`
  return {
    event_id: `canary-${n}`,
    timestamp: `${TIME}T${String(n % 24).padStart(2, '0')}:00:00Z`,
    event_type: 'llm.completion',
    user_agent: said,
    roles: [text],
    device: { id: text, type: said },
    geo: { city: text },
    auth: { subject: text, issuer: said, scopes: [text] },
    action: text,
    model: text.slice(0, 512),
    model_version: 'v1',
    params: { stop: [text], suffix: said },
    prompt_template: { name: text, ...(canary.kind.startsWith('ip') ? {} : { version: said }) },
    system: said,
    prompt: said,
    messages: [
      { role: 'user', content: said },
      { role: 'user', content: [{ type: 'text', text: said }] },
      { role: text, content: { deep: [said] } },
    ],
    response: said,
    reasoning: said,
    finish_reason: text,
    prompt_hash: text,
    response_hash: said,
    rag_query: said,
    rag_documents: [said, { id: text, content: said, source: text, extra: said }],
    tools_called: [
      text,
      { name: text, arguments: { [text]: said, list: [said] }, result: JSON.stringify({ found: said }), error: said },
    ],
    error: { type: text, message: said, code: text, stack: said },
    guardrails_triggered: [{ rule: text, category: said, content_hash: text }],
    guardrails_evaluated: [said],
    evaluations: [{ name: text, label: said, source: text }],
    citations: [{ document_id: text, span: said }],
    environment: text.slice(0, 512),
    service: said.slice(0, 512),
    route: path.slice(0, 512),
    purpose: said,
    message: { from: text, to: said },
    memory: { key: text },
    quota: { name: said },
    http: { path: `${path}&next=/` },
    data_access: { resource: said },
    file: { name: text },
    change: { target: text, actor: said },
    integrity: { artefact: said },
    review: { reason: said },
    attributes: { [text]: 'as a name', nested: { [`x ${text}`]: [said, { deeper: said }] } },
    an_unknown_field: said,
    [text]: 'a name at the top',
    ...(canary.kind === 'card-number' ? { card_number: Number(text.replace(/\D/g, '')) } : {}),
  }
}

/** One that holds it as every identifier. */
function named({ text }: Canary, n: number) {
  const ids = ['request', 'parent_event', 'user', 'session', 'tenant', 'api_key', 'agent', 'trace', 'span', 'producer']
  return {
    event_id: text.slice(0, 256),
    timestamp: `${TIME}T12:00:${String(n % 60).padStart(2, '0')}Z`,
    // lower case is what a type allows
    event_type: /^[a-z][a-z0-9._-]{0,63}$/.test(text) ? text : 'auth.failure',
    ...Object.fromEntries(ids.map((id) => [`${id}_id`, text.slice(0, 512)])),
    metric: text.slice(0, 512),
  }
}

async function ingest(call: Served['call'], canaries: readonly Canary[], full: Place) {
  for (let at = 0; at < canaries.length; at += 4) {
    const some = canaries.slice(at, at + 4)
    const events = some.flatMap((canary, i) => [full(canary, at + i), named(canary, at + i)])
    const { json } = await call<{ accepted: number; duplicates: number; rejected: unknown[] }>(
      'POST',
      '/v1/events',
      events,
    )
    // of many canaries two may be the same short number, and so the same id
    expect({ ...json, accepted: json.accepted + json.duplicates, duplicates: 0 }).toEqual({
      accepted: events.length,
      duplicates: 0,
      rejected: [],
    })
  }
  // one who guesses passwords, so that there is a finding to write a note on
  const guess = { ...named(canaries[0]!, 0), event_type: 'auth.failure', timestamp: `${TIME}T13:00:00Z` }
  const guesses = Array.from({ length: 9 }, (_, i) => ({ ...guess, event_id: `guess-${i}` }))
  expect((await call('POST', '/v1/events', guesses)).status).toBe(202)
}

/** Bodies that cannot be taken, and requests that lead nowhere. */
async function hurt(call: Served['call'], canaries: readonly Canary[], full: Place) {
  const statuses = new Set<number>()
  for (const [i, canary] of canaries.entries()) {
    const said = inWriting(canary, i)
    const { text } = canary
    const json = JSON.stringify({ prompt: said })
    const path = encodeURIComponent(text)
    const ndjson = { type: 'application/x-ndjson' }
    const ways: (() => ReturnType<Served['call']>)[] = [
      () => call('POST', '/v1/events', json.slice(0, -1)),
      () => call('POST', '/v1/events', `${json}\n{"half": "${text.slice(0, 200)}`, ndjson),
      () => call('POST', '/v1/events', { ...full(canary, i), event_id: `late-${i}`, timestamp: text }),
      () => call('POST', '/v1/events', { ...full(canary, i), event_id: `type-${i}`, event_type: text, status: text }),
      () =>
        call('POST', '/v1/events', { ...full(canary, i), event_id: `wrong-${i}`, prompt: [said], latency_ms: said }),
      () => call('POST', '/v1/events', JSON.stringify([said.repeat(1 + BODY_LIMIT / said.length)])),
      () => call('POST', '/v1/events', gzipSync(said.repeat(2 * (1 + BODY_LIMIT / said.length))), GZIP),
      () => call('POST', '/v1/events', json, { type: 'text/plain' }),
      () => call('POST', '/v1/events', json, { headers: { 'content-encoding': 'br' } }),
      () => call('POST', '/v1/events', said, { headers: { 'content-encoding': 'gzip' } }),
      () => call('POST', '/v1/search', json.slice(0, -2)),
      () => call('POST', '/v1/search', { [text]: said, concept: text, mode: said, k: text }),
      () => call('GET', `/v1/search?${path}=1&cursor=${path}&since=${path}`),
      () => call('GET', `/v1/${path}/nowhere?next=${path}`),
      () => call('GET', `/v1/events/${path}`),
      () => call('GET', `/v1/scores/user/${path}`),
      () => call('GET', `/v1/digests/${path}`),
      () => call('GET', `/v1/findings/${path}?x=${path}`),
      () => call('GET', `/v1/siem/findings?cursor=${path}&format=${path}`),
      () => call('POST', `/v1/jobs/${path}/run`),
      () => call('GET', '/v1/jobs', undefined, { key: `x${oneLine(text).replace(/\s/g, '')}` }),
      () => call('GET', '/v1/jobs', undefined, { headers: { 'user-agent': oneLine(said), cookie: oneLine(text) } }),
      () => call('PATCH', `/v1/findings/${path}`, { note: said, status: text }),
    ]
    // each canary takes some of the ways, and all of them are taken
    for (let k = 0; k < 2; k++) statuses.add((await ways[(i * 2 + k) % ways.length]!()).status)
  }
  expect([...statuses]).toEqual(expect.arrayContaining([202, 400, 401, 404, 413, 415]))
}

const GZIP = { headers: { 'content-encoding': 'gzip' } }
const oneLine = (text: string) => text.replace(/[^ -~]/g, ' ')

/** Questions that can be answered, by text and by identifier. */
async function ask(call: Served['call'], canaries: readonly Canary[]) {
  for (const [i, canary] of canaries.entries()) {
    const q = inWriting(canary, i)
    const path = encodeURIComponent(canary.text.slice(0, 512))
    const ways: (() => ReturnType<Served['call']>)[] = [
      () => call('GET', `/v1/search?q=${encodeURIComponent(q)}`),
      () => call('POST', '/v1/search', { q, mode: 'keyword' }),
      () => call('POST', '/v1/search', { q, mode: 'semantic', user_id: canary.text.slice(0, 512) }),
      () => call('GET', `/v1/search?q=hello&session_id=${path}`),
      () => call('GET', `/v1/findings?entity_type=user&entity_id=${path}`),
      () => call('GET', `/v1/baselines?metric=volume&group=user&id=${path}`),
    ]
    const { status, text } = await ways[i % ways.length]!()
    expect(status, `${canary.kind} ${i % ways.length}: ${text}`).toBe(200)
    if (i % 10 === 0) expect((await call('GET', `/v1/events/canary-${i}`)).status).toBe(200)
  }
  for (const path of ['/v1/siem/findings', '/v1/siem/findings?format=cef', '/v1/scores', '/metrics', '/v1/jobs'])
    expect((await call('GET', path)).status).toBe(200)
  for (const format of ['json', 'html', 'markdown', 'text'])
    expect((await call('GET', `/v1/digests/${TIME}?format=${format}`)).status).toBe(200)
}

async function note(call: Served['call'], canaries: readonly Canary[]) {
  const { json } = await call<{ items: { finding_id: string }[] }>('GET', '/v1/findings')
  const id = encodeURIComponent(json.items[0]!.finding_id)
  for (const [i, canary] of canaries.slice(0, 50).entries())
    expect((await call('PATCH', `/v1/findings/${id}`, { note: inWriting(canary, i) })).status).toBe(200)
}

/** Files with good and bad records; everything that the commands printed. */
function imports(dataDir: string, canaries: readonly Canary[], full: Place): string {
  const lines = canaries.flatMap((canary, i) => [
    JSON.stringify({ ...full(canary, i), event_id: `file-${i}` }),
    JSON.stringify({ ...full(canary, i), event_id: undefined, timestamp: canary.text }),
    `{"prompt": ${JSON.stringify(canary.text)}`,
    inWriting(canary, 0),
  ])
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = canaries.flatMap((canary, i) => [
    [`${TIME}T10:00:00Z`, 'llm.completion', inWriting(canary, i), canary.text, i].map(String).map(cell).join(','),
    ['no time', canary.text, inWriting(canary, i), canary.text, i].map(String).map(cell).join(','),
  ])
  const head = (more: Canary) => `timestamp,event_type,prompt,user_id,${cell(more.text)}`
  const files = {
    'good-and-bad.jsonl': lines.join('\n'),
    'good-and-bad.csv': [head(canaries[0]!), ...rows].join('\n'),
    'broken.csv': [head(canaries[1]!), `x,y,${canaries[0]!.text} "broken" quotes,z,1`, ...rows].join('\n'),
    'half.jsonl.gz': gzipSync(lines.join('\n')).subarray(0, -200),
  }
  const outputs: string[] = []
  const run = (...args: string[]) => {
    const { out, err } = cli(dataDir, args)
    outputs.push(out, err)
  }
  const paths = Object.entries(files).map(([name, content]) => {
    const path = join(dataDir, '..', name)
    writeFileSync(path, content)
    return path
  })
  run('import', ...paths.slice(0, 2), '--json')
  for (const path of paths.slice(2)) run('import', path)
  run('keys', 'create', '--role', 'siem', '--tenant', canaries[3]!.text)
  run('job', 'run', canaries[5]!.text)
  run('digest', canaries[6]!.text)
  run('keys', 'rotate', canaries[7]!.text)
  run('keys', 'revoke', canaries[8]!.text)
  run('case', canaries[9]!.text, '--out', join(dataDir, '..', 'case.json'))
  run('search', canaries[10]!.text, '--unlike', canaries[11]!.text)
  run('hold', 'add', '--user', canaries[12]!.text, '--reason', canaries[13]!.text)
  run('erase', '--user', canaries[12]!.text, '--reason', canaries[14]!.text, '--yes')
  return outputs.join('\n')
}
