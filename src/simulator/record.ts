import type { LogEvent } from '../core/event.ts'
import { exchange } from './dialogue.ts'
import { envelope, HEX, type Labelled } from './envelope.ts'
import { letters } from './facts.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { Setting } from './setting.ts'
import { extras, signIns } from './side-events.ts'
import type { DayPlan, Turn } from './traffic.ts'
import { type Model, SLOWED, UPGRADE, UPGRADED } from './world.ts'

/** Everything that the log says about one account's day, in no order. */
export function recordDay(plan: DayPlan, setting: Setting): Labelled[] {
  const out: Labelled[] = []
  for (const turn of plan.turns) out.push(...recordTurn(turn, plan.person, setting, plan.random))
  out.push(...signIns(plan))
  return out
}

/** One request with its answer, and the events around it. */
export function recordTurn(turn: Turn, person: Person, setting: Setting, random: Random): Labelled[] {
  const { shares } = setting.scenario
  const { at, session } = turn
  const { topic } = session.interest
  const length = random.normal()
  const said = exchange(turn, person.style, { ...shares, length }, random)
  const numbers = measure(turn, person.model, length, person, setting, random)
  const guard = guardOf(turn, random)
  const blocked = guard?.action === 'block'
  const failed = !blocked && random.chance(turn.failing)
  const upgraded = person.model === UPGRADED && setting.upgradeAt !== null && at >= setting.upgradeAt

  const base: LogEvent = {
    ...envelope(blocked ? 'guardrail.block' : 'llm.completion', at, person, session.place, random),
    request_id: `req_${letters(random, 16, HEX)}`,
    session_id: session.id,
    trace_id: letters(random, 32, HEX),
    span_id: letters(random, 16, HEX),
    service: topic.service,
    route: topic.route,
    action: 'generate',
    model: person.model.name,
    model_version: upgraded ? UPGRADE.version : person.model.version,
    prompt_template: { name: topic.name, version: '3' },
    guardrails_evaluated: ['prompt-injection', 'personal-data'],
    ...(guard === null ? {} : { guardrails_triggered: [guard] }),
    // chat front ends send the history, others the question alone
    ...(topic.service === 'code-assistant'
      ? { messages: [{ role: 'user', content: said.prompt }] }
      : { prompt: said.prompt }),
  }
  const label = { at, attack: turn.attack, details: said.details, refusal: false, nearRefusal: false }
  const unanswered = { tokens_input: numbers.tokens_input, tokens_output: 0 }
  if (blocked) return [{ ...label, event: { ...base, status: 'blocked', ...unanswered, latency_ms: 18 } }]
  if (failed) return [{ ...label, event: { ...base, ...failure(numbers.latency_ms, random), ...unanswered } }]
  const refusedByName = said.refusal && random.chance(0.55)
  const main: Labelled = {
    ...label,
    event: {
      ...base,
      response: said.response,
      finish_reason: random.chance(0.02) ? 'length' : 'stop',
      status: refusedByName ? 'refused' : 'success',
      ...numbers,
    },
    refusal: said.refusal,
    nearRefusal: said.nearRefusal,
  }
  return [main, ...extras(main, person, session, random)]
}

/** Tokens, times and cost. Sizes are log-normal around the habits of the account; an answer's words follow `length`. */
function measure(
  { at, tokensIn, tokensOut }: Turn,
  model: Model,
  length: number,
  person: Person,
  { upgradeAt, slow }: Setting,
  random: Random,
) {
  const upgraded = model === UPGRADED && upgradeAt !== null && at >= upgradeAt
  const input = Math.max(4, Math.round(tokensIn * Math.exp(random.normal(person.logTokensIn, 0.7))))
  const longer = tokensOut * (upgraded ? UPGRADE.tokensOut : 1)
  const output = Math.max(2, Math.round(longer * Math.exp(person.logTokensOut + 0.6 * length)))
  const slower = slow !== null && model === SLOWED && at >= slow.from && at < slow.until ? slow.factor : 1
  const pace = slower * (upgraded ? UPGRADE.latency : 1) * Math.exp(random.normal(0, 0.25))
  return {
    tokens_input: input,
    tokens_output: output,
    latency_ms: Math.round(pace * (model.firstTokenMs + model.perTokenMs * output)),
    time_to_first_token_ms: Math.round(pace * model.firstTokenMs),
    cost_usd: Number(((input * model.priceIn + output * model.priceOut) / 1e6).toFixed(7)),
  }
}

/** What the guardrail in front makes of a request: loud probes are often stopped, quiet ones pass, some good ones do not. */
function guardOf({ probe }: Turn, random: Random) {
  const strength = probe === null ? 0 : typeof probe === 'number' ? 0.4 : probe.strength
  const score = Math.min(0.99, Math.max(0.01, strength + random.normal(0, 0.12)))
  const rule = { rule: 'prompt-injection', category: 'security', score: Number(score.toFixed(2)), stage: 'input' }
  if (score > 0.72 && random.chance(0.5)) return { ...rule, severity: 'high', action: 'block' }
  if (score > 0.5 && random.chance(0.4)) return { ...rule, severity: 'medium', action: 'flag' }
  if (random.chance(0.002))
    return { rule: 'personal-data', category: 'privacy', severity: 'low', action: 'block', score: 0.7, stage: 'input' }
  return null
}

function failure(latencyMs: number, random: Random): Partial<LogEvent> {
  const [type, code, message, waitMs] = random.pick([
    ['timeout', 504, 'the model did not answer in time', 30_000],
    ['overloaded', 529, 'the model is overloaded', 120],
    ['connection', 502, 'the connection was reset', latencyMs],
    ['context_length', 400, 'the request is longer than the context', 25],
  ] as const)
  return { status: 'error', error: { type, code, message }, latency_ms: waitMs }
}
