import type { Selection } from '../core/erasure.ts'
import type { RedactedEvent } from '../core/event.ts'
import type { Finding } from '../core/finding.ts'
import type { Score } from '../core/score.ts'
import { type Markup, markup } from './digest/markup.ts'

/** What is held of a subject besides his events. */
export interface SubjectFacts {
  subject: Selection
  /** ISO 8601 */
  made_at: string
  scores: readonly Score[]
  findings: readonly Finding[]
  /** Sums by metric over all time. */
  figures: readonly { metric: string; n: number; total: number }[]
}

/** No script can run in the page, whatever stands in it, and nothing is fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"
const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b262c}
article{border:1px solid #d5dde2;border-radius:6px;padding:0 1rem 1rem;margin:1rem 0}
dt{font-weight:600}dd{margin:0 0 .4rem;overflow-wrap:anywhere}h3{font-size:1rem}table{border-collapse:collapse}
td,th{text-align:left;padding:.1rem 1.5rem .1rem 0}`

/** A page for people of all that is held of a subject, piece by piece. Every text in it is hostile and is escaped. */
export async function* subjectPage(facts: SubjectFacts, events: AsyncIterable<RedactedEvent>): AsyncGenerator<string> {
  yield `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n`
  yield markup`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`.source
  yield `<title>What is held of a subject</title><style>${STYLE}</style></head><body>\n`
  yield head(facts).source
  let n = 0
  for await (const event of events) {
    n++
    yield `${articleOf(event).source}\n`
  }
  yield `${markup`<p>${n} events.</p>`.source}</body></html>\n`
}

function head({ subject, made_at, scores, findings, figures }: SubjectFacts): Markup {
  const whose = Object.entries(subject).map(
    ([field, ids]) => markup`<dt>${field}</dt><dd>${[ids].flat().join(', ')}</dd>`,
  )
  const sums = figures.map(({ metric, n, total }) => markup`<tr><td>${metric}</td><td>${n}</td><td>${total}</td></tr>`)
  const risks = scores.map(
    ({ entity_type, entity_id, score, severity }) =>
      markup`<li>${entity_type} ${entity_id}: ${score} of 100, ${severity}</li>`,
  )
  const raised = findings.map(
    ({ title, severity, status, first_seen, last_seen }) =>
      markup`<li>${title}: ${severity}, ${status}, ${first_seen} to ${last_seen}</li>`,
  )
  return markup`<h1>What is held of a subject</h1><p>As it is stored, on ${made_at}. Secrets and personal data in texts were replaced before they were stored.</p>
<dl>${whose}</dl>
<h2>Risk</h2><ul>${risks.length > 0 ? risks : [markup`<li>none</li>`]}</ul>
<h2>Findings</h2><ul>${raised.length > 0 ? raised : [markup`<li>none</li>`]}</ul>
<h2>Sums</h2><table><tr><th>of</th><th>number</th><th>total</th></tr>${sums}</table>
<h2>Events</h2>
`
}

function articleOf({ event_id, timestamp, event_type, ...rest }: RedactedEvent): Markup {
  const members = Object.entries(rest).map(
    ([name, value]) => markup`<dt>${name}</dt><dd>${typeof value === 'string' ? value : JSON.stringify(value)}</dd>`,
  )
  return markup`<article><h3>${timestamp} ${event_type} ${event_id}</h3><dl>${members}</dl></article>`
}
