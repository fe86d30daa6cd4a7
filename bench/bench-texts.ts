import { seeded } from '../src/stats/seeded.ts'

const OPENINGS = [
  'Could you tell me',
  'I would like to know',
  'Please explain',
  'My colleague asked',
  'Before the meeting I need to see',
  'The customer wants to hear',
  'For the report, summarise',
  'In short, what matters is',
  'Here is what we found about',
  'As far as the documents say, this concerns',
  'The answer depends on',
  'It helps to look first at',
] as const
const SUBJECTS = [
  'the refund of an order',
  'our travel policy',
  'a failing build',
  'the quarterly forecast',
  'an unpaid invoice',
  'the login of a new employee',
  'a slow database query',
  'the parental leave rules',
  'a broken parcel',
  'the support queue',
  'a memory leak in the worker',
  'the contract with the supplier',
  'an unusual card payment',
  'the onboarding checklist',
] as const
const TURNS = [
  'and how long it usually takes',
  'because the deadline is on Friday',
  'which nobody has looked at since the release',
  'so that the team can decide today',
  'although the first attempt did not work',
  'including every step in between',
  'with an example that a beginner understands',
  'and whether the manager has to approve it',
  'even if the numbers are not final yet',
  'as it was described in the ticket from last week',
] as const
const DETAILS = [
  'The log shows a timeout after thirty seconds.',
  'Two of the five items were returned.',
  'Nothing else was changed.',
  'It worked on the test system.',
  'The amount differs by a few euros.',
  'I have attached the table.',
  'The second column holds the totals.',
  'There was no reply to the last message.',
  'The function returns an empty list.',
] as const
/** What a redactor has to find; made-up values, in every seventh event. */
const SECRETS = [
  'Write to jo.example@mail.example please.',
  'Call +49 30 901820 in the morning.',
  'The card was 4111 1111 1111 1111.',
  'It is DE89 3704 0044 0532 0130 00.',
  'password=open-Sesame-1984',
  'The host is 192.0.2.44.',
] as const

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)] as T

/** Sentences as people and assistants write them, `words` of them or a few more. */
export function textOf(words: number, random: () => number): string {
  const sentences: string[] = []
  for (let count = 0; count < words; ) {
    const sentence = `${pick(OPENINGS, random)} ${pick(SUBJECTS, random)} ${pick(TURNS, random)}. ${pick(DETAILS, random)}`
    sentences.push(sentence)
    count += sentence.split(' ').length
  }
  return sentences.join(' ')
}

/** Texts of 10 to 170 words, about 90 on average. */
export function textsOf(count: number, seed: number): string[] {
  const random = seeded(seed)
  return Array.from({ length: count }, () => textOf(10 + 160 * random() * random() * 2, random))
}

/** Events of about 1.6 kB as JSON, ids unique by seed; every seventh holds something to redact. */
export function eventsOf(count: number, seed: number): Record<string, unknown>[] {
  const random = seeded(seed)
  return Array.from({ length: count }, (_, at) => {
    const prompt = textOf(60, random)
    return {
      event_id: `bench-${seed}-${at}`,
      timestamp: new Date(1_768_000_000_000 + at * 1_000).toISOString(),
      event_type: 'llm.completion',
      request_id: `request-${seed}-${at}`,
      user_id: `user_${Math.floor(random() * 100)}`,
      session_id: `session_${Math.floor(at / 8)}`,
      tenant_id: 'acme',
      model: pick(['small-1', 'large-2'], random),
      prompt: at % 7 === 0 ? `${prompt} ${pick(SECRETS, random)}` : prompt,
      response: textOf(110, random),
      tokens_input: 80 + Math.floor(random() * 40),
      tokens_output: 140 + Math.floor(random() * 60),
      latency_ms: Math.round(400 + random() * 1_500),
      cost_usd: 0.0021,
      status: 'success',
      environment: 'production',
      service: 'chat',
      route: '/v1/chat',
    }
  })
}
