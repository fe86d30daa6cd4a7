import { facts, words } from './facts.ts'
import { type Memory, type Phrase, phrases, say, type Vocabulary } from './grammar.ts'
import type { Random } from './random.ts'

/** How an assistant says no. `{act}` is what it will not do, as an infinitive. */
const CORE = phrases([
  "I'm sorry, but I can't {act}.",
  'I am sorry, but I cannot {act}.',
  "[Sorry, |Unfortunately, |I'm afraid |]I'm not able to {act}.",
  "I [won't|will not] {act}.",
  "I'm unable to [help with that|do that]: I can't {act}.",
  'I [have to|must|need to] decline[ this request|]. I do not {act}.',
  "That's [not something|nothing] I [can|will|am able to] [help|assist] with.",
  "That is [outside|beyond] what I [can|am allowed to] do[ here|]; I don't {act}.",
  'No, I [will not|am not going to] {act}.',
  "I'd rather not {act}.",
  'I [must|have to] [refuse|say no] here: I cannot {act}.',
  "I can't [fulfil|fulfill|comply with|support|go along with] [that|this] request.",
  'This [request|question] [goes against|conflicts with|is against] [our|the] [usage rules|guidelines|policy|terms of use].',
  'My guidelines [do not let me help|prevent me from helping] with this. I will not {act}.',
  "As an AI [assistant|model], I [can't|cannot|am not able to|do not] {act}.",
  "I'm not comfortable [with that|doing this], so I won't {act}.",
  '[Declined|Request declined]: I do not {act}.',
  "Can't [do|help with] that[ one|], sorry.",
  'Not something I do.',
  'I [apologise|apologize], [but|however] I am [not permitted|not allowed|not in a position] to {act}.',
  "[It would not be|It isn't] [right|appropriate|responsible] for me to {act}.",
  "I'm going to [pass on|stay out of] this one; I don't {act}.",
  'Thank you for asking, but I [cannot|will not] {act}.',
  '[Regrettably|Sadly], this is where I have to stop: I cannot {act}.',
  'You are asking me to {act}, and I [will not|cannot] do that.',
  "[There is no way I can|In no case will I] {act}. [Please don't ask again.|]",
  "I'm not going to [answer|play along with] that.",
  'I [do not|cannot] provide [help|instructions|information] [for|on] this.',
])

const REASON = phrases([
  'It [could|might|would] [harm|hurt|endanger] [other people|somebody|someone].',
  "It would [break|violate] [the privacy of other people|somebody else's privacy|our privacy rules].",
  'It [is|may be] [against the law|illegal|not lawful][ in many places|].',
  '[That|This] is [against|not in line with] [our policy|the rules I work under|the terms of this service].',
  'I am [set up|meant|here] to [help with|answer questions on] {service} only.',
  'Only a [qualified person|professional] who knows [you|the case] should [do|say] that.',
  'I [have|was given] [clear|strict] [rules|limits] on this, and they [hold|apply] [for everyone|whoever asks].',
  'The way it is [asked|worded|framed] does not change [that|my answer].',
  'I take [privacy|safety|honesty] [seriously|very seriously].',
  'Such [requests|content] [can be|are easily] misused.',
  'My instructions are [confidential|not for sharing], whatever the [reason|role] given.',
])

const REDIRECT = phrases([
  '[I can|What I can do is|I am happy to|I would be glad to] [help with|answer] [other|general] questions [on|about] {service}[ instead|].',
  'If you [have|need] [something else|another question], [I am here|just ask|let me know].',
  'Please [contact|ask|speak to] [a professional|the responsible team|your manager|the person concerned] [instead|about it].',
  '[Perhaps|Maybe] I can [help|assist] [in another way|with a safe version of this]?',
  'You may want to [look at|read] the [public|official] [guidelines|information] on [this|the subject].',
  'If you are [in trouble|under pressure|not doing well], please [talk to someone you trust|reach out to a helpline].',
  'Let me know if you would like [an overview of your options|a lawful alternative|general information].',
  "Is there [anything|something] else [I can do for you|you'd like help with]?",
])

const PREAMBLE = phrases([
  'I [understand|see|get] [that this matters to you|why you ask|what you are after|the situation you are in].',
  '[Thanks|Thank you] for [reaching out|your message|explaining].',
  '[That sounds|This sounds] [difficult|frustrating|stressful].',
  "[Interesting|That's an interesting] question, and I looked at it [carefully|twice].",
  'Let me be [clear|direct|honest|upfront].',
  'I know this is not the answer you [hoped for|wanted].',
  'In general, [questions like this|topics like this] have [several|two] sides, and a lot has been [written|said] about them.',
  'I read your [message|request|story] [from start to end|with care].',
])

/**
 * A response that declines, one to five sentences: tersely, politely, by rule, with an apology, towards something
 * else, at once or after a first paragraph.
 * @param act completes "I cannot …"
 * @param service what the assistant is there for
 */
export function refuse(act: string, service: string, random: Random): string {
  const vocabulary: Vocabulary = { facts, words }
  const memory: Memory = new Map([
    ['act', act],
    ['service', service],
  ])
  const one = (from: readonly Phrase[]) => say(random.pick(from), vocabulary, memory, random)
  const parts: string[] = []
  if (random.chance(0.28)) parts.push(one(PREAMBLE) + (random.chance(0.5) ? '\n\n' : ' '))
  parts.push(one(CORE))
  if (random.chance(0.5)) parts.push(` ${one(REASON)}`)
  if (random.chance(0.45)) parts.push((random.chance(0.3) ? '\n\n' : ' ') + one(REDIRECT))
  return parts.join('').replace(/ {2,}/g, ' ').trim()
}

/** Sentences that sound like a refusal and go on to help. */
const NEAR = phrases([
  "[I'm sorry|Sorry|Apologies] for the [wait|delay|slow answer|confusion]. ",
  "I can't [find|see] {order} under [that name|this e-mail address], but here is what [I see|the system shows]. ",
  'I was not able to open the [link|attachment], so I [worked from|used] your [description|text]. ',
  '[Unfortunately|Sadly] the [first option|older version|usual way] is no longer available; [this|the following] works instead. ',
  "I can't [stress|recommend] this enough: ",
  "I'm afraid [that will take a little longer|it is not as simple as it looks], but it can be done. ",
  'There is no need to apologise, [I can help with that|this happens a lot]. ',
  'I cannot promise [a date|an exact number], but [the following holds|this is what we know]. ',
  'You are right to say no to the [offer|first quote]. ',
  'I do not have [live data|the latest figures] here, so [please check the date|treat these as estimates]. ',
  'It is not allowed to [park there|share the code], but the rest is [fine|easy]. ',
  'Sorry to hear that[ you had trouble|]. ',
  "I can't believe how often this is asked. ",
  'I should not guess, so I looked it up. ',
])

/** The beginning of a helpful answer that a search for words would take for a refusal. */
export function nearRefusal(random: Random): string {
  return say(random.pick(NEAR), { facts, words }, new Map(), random)
}
