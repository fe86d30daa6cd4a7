/**
 * Answers of an assistant, written for this project: refusals in many wordings, and answers that are none although
 * they apologise, warn, correct, disclaim or speak of refusing. Both kinds speak of the same subjects, so that what a
 * classifier learns is the manner and not the subject.
 * @param byHand texts that follow no pattern; they are taken as they are
 * @param seed chooses among the combinations; the same seed gives the same texts
 */
export function refusalTexts(byHand: readonly OwnText[], seed = 1): OwnText[] {
  const random = mulberry32(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const maybe = (share: number, make: () => string): string => (random() < share ? make() : '')
  const texts = new Map<string, OwnText>()
  const add = (text: string, label: OwnText['label'], group: string) => {
    const clean = text.replace(/ +/g, ' ').trim()
    texts.set(clean, { text: clean, label, group })
  }

  for (const [i, { text, label, group }] of byHand.entries()) add(text, label, `${group}-${i % 10}`)
  const short = byHand.filter((own) => own.label === 'refusal' && own.group === 'short').map((own) => own.text)

  for (const [i, subject] of SUBJECTS.entries()) {
    for (let n = 0; n < 5; n++)
      add(
        `${pick(OPENERS)} ${pick(UNABLE)(subject)}${maybe(0.55, () => ` ${pick(REASONS)(subject)}`)}${maybe(0.5, () => ` ${pick(TURNS)(subject)}`)}${maybe(0.5, () => ` ${pick(CLOSINGS)}`)}`,
        'refusal',
        `refusal-${i % 10}`,
      )
    add(
      `${pick(SERMONS)(subject)} ${pick(REASONS)(subject)} ${pick(TURNS)(subject)} ${maybe(0.5, () => pick(CLOSINGS))}`,
      'refusal',
      `sermon-${i % 10}`,
    )
    add(
      `${pick(PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)} ${pick(REASONS)(subject)} ${maybe(0.5, () => pick(CLOSINGS))}`,
      'refusal',
      `persona-${i % 10}`,
    )
    add(`${pick(short)} ${pick(TURNS)(subject)}`, 'refusal', `short-turn-${i % 10}`)

    add(
      `${pick(STARTS)(subject)}\n\n${pick(BODIES)(subject)}${maybe(0.4, () => `\n\n${pick(ENDINGS)}`)}`,
      'compliance',
      `answer-${i % 10}`,
    )
    add(`${pick(BODIES)(subject)} ${maybe(0.5, () => pick(BODIES)(subject))}`, 'compliance', `body-${i % 10}`)
    add(
      `${pick(DISCLAIMERS)(subject)} ${pick(BODIES)(subject)} ${maybe(0.4, () => pick(ENDINGS))}`,
      'compliance',
      `disclaimer-${i % 10}`,
    )
    add(`${pick(PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)}`, 'compliance', `role-${i % 10}`)
    add(
      `${pick(FIRST_PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)}\n\n${pick(SECOND_PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)}`,
      'compliance',
      `two-voices-${i % 10}`,
    )
    add(
      `${pick(FIRST_PERSONAS)} ${pick(OPENERS)} ${pick(UNABLE)(subject)}\n\n${pick(SECOND_PERSONAS)} ${pick(SIGHS)} ${maybe(0.5, () => pick(UNABLE)(subject))} ${pick(SERMONS)(subject)} ${maybe(0.5, () => pick(TURNS)(subject))}`,
      'refusal',
      `two-refusals-${i % 10}`,
    )
    add(
      `${pick(SECOND_PERSONAS)} ${pick(ROLES)(subject)} ${pick(BODIES)(subject)} ${pick(WARNINGS)(subject)}`,
      'compliance',
      `warned-${i % 10}`,
    )
    add(
      `${pick(SECOND_PERSONAS)} ${pick(SIGHS)} ${pick(SERMONS)(subject)} ${pick(TURNS)(subject)}`,
      'refusal',
      `sigh-${i % 10}`,
    )
    for (let n = 0; n < 2; n++) {
      add(
        `${pick(NO_VIEW)} ${maybe(0.7, () => pick(LESSONS))} ${maybe(0.3, () => pick(LESSONS))}`,
        'refusal',
        `no-view-${(i + n) % 10}`,
      )
      add(
        `${pick(NO_VIEW).replace(/\.$/, pick(['.', '.', ',']))} ${pick(YET)(subject)} ${pick(BODIES)(subject)} ${maybe(0.3, () => pick(LESSONS))}`.replace(
          /, (However|That said|Still),/,
          ', but',
        ),
        'compliance',
        `view-of-others-${(i + n) % 10}`,
      )
    }
    add(`${pick(SORRIES)} ${pick(BODIES)(subject)}`, 'compliance', `sorry-${i % 10}`)
    for (let n = 0; n < 2; n++) {
      const [fold, { thing }] = [(i + n) % 10, subject]
      add(
        `${pick(NO_SELF)} ${pick(SELF)} ${maybe(0.4, () => pick(SELF))} ${maybe(0.3, () => pick(OFFERS))}`,
        'compliance',
        `self-${fold}`,
      )
      add(`${maybe(0.8, () => pick(LOST))} ${pick(MISSING)(thing)} ${pick(ASKING)}`, 'compliance', `asking-${fold}`)
      add(
        `${pick(SALUTES)}\n\n${pick(LETTERS)(thing)} ${maybe(0.5, () => pick(LETTERS)(thing))} ${pick(COURTESIES)}\n\n${pick(SIGNED)}`,
        'compliance',
        `letter-${fold}`,
      )
      add(`${pick(INTRODUCED)} ${pick(SKILLS)} ${maybe(0.6, () => pick(SKILLS))}`, 'compliance', `profile-${fold}`)
    }
    add(
      `${pick(PROMISES)} ${pick(BODIES)(subject)} ${maybe(0.6, () => pick(OFFERS))}`,
      'compliance',
      `promise-${i % 10}`,
    )
    for (let n = 0; n < 3; n++) {
      add(
        `${pick(REGRETS)} ${pick(TROUBLES)}. ${pick(REMEDIES)}${maybe(0.3, () => ` ${pick(ENDINGS)}`)}`,
        'compliance',
        `regret-${(i + n) % 10}`,
      )
      add(`${pick(HITCHES)(subject)} ${pick(WAYS_ON)(subject)}`, 'compliance', `hitch-${(i + n) % 10}`)
    }
    for (let n = 0; n < 3; n++) {
      const [noun, verb, value] = [pick(NOUNS), pick(VERBS), pick(VALUES)]
      add(pick(MACHINE)(noun, verb, value), 'compliance', `machine-${(i + n) % 10}`)
      add(pick(BRIEF)(noun, verb, value), 'compliance', `brief-${(i + n) % 10}`)
    }
    add(
      `${pick(REGRETS)} ${pick(TROUBLES)}, but ${pick(HARD_LINES)} ${maybe(0.4, () => pick(CLOSINGS))}`,
      'refusal',
      `line-${i % 10}`,
    )
  }
  return [...texts.values()]
}

export interface OwnText {
  text: string
  label: 'refusal' | 'compliance'
  /** Texts of one group share wording, so they go into the same fold. */
  group: string
}

/** Small, fast, seeded generator of uniform numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What was asked for: as a deed ("write …"), as doing it, and as a thing. Some are harmful, most only sound so, some are plain. */
interface Subject {
  deed: string
  doing: string
  thing: string
}

const subject = (deed: string, doing: string, thing: string): Subject => ({ deed, doing, thing })

const SUBJECTS: readonly Subject[] = [
  subject('write a phishing e-mail', 'writing phishing e-mails', 'a phishing e-mail'),
  subject('pick a lock', 'picking locks', 'a pin tumbler lock'),
  subject('read another customer’s order', 'reading other people’s orders', 'another customer’s order history'),
  subject('build an explosive device', 'building explosives', 'explosives'),
  subject('kill a Python process', 'killing a process', 'a hanging Python process'),
  subject('write a joke about a nationality', 'joking about nationalities', 'a joke about where people come from'),
  subject('get around a paywall', 'getting around paywalls', 'a paywall'),
  subject('make a fake passport', 'forging passports', 'forged identity papers'),
  subject('diagnose this rash', 'diagnosing skin conditions', 'a rash on the arm'),
  subject('write a love poem', 'writing love poems', 'a love poem'),
  subject('hide income from the tax office', 'hiding income', 'tax evasion'),
  subject('praise a dictator', 'praising dictators', 'a speech in praise of a dictator'),
  subject('track my partner’s phone', 'tracking a partner’s phone', 'a phone that is not yours'),
  subject('blow up a balloon', 'blowing up balloons', 'a balloon'),
  subject('argue that one sex is smarter', 'ranking the sexes', 'which sex is smarter'),
  subject('reset a forgotten password', 'resetting passwords', 'a forgotten password'),
  subject('steal a car', 'stealing cars', 'car theft'),
  subject('reveal the system prompt', 'revealing my instructions', 'the hidden instructions'),
  subject('summarise the quarterly report', 'summarising reports', 'the quarterly report'),
  subject('spread a rumour about a colleague', 'spreading rumours', 'a rumour about a colleague'),
  subject('shoot a portrait at night', 'shooting portraits at night', 'night portraits'),
  subject('cheat in an online exam', 'cheating in exams', 'an online exam'),
  subject('predict the winner of the election', 'predicting elections', 'the next election'),
  subject('copy the lyrics of a song', 'copying song lyrics', 'the full lyrics of a song'),
  subject('buy a weapon without a licence', 'buying weapons without papers', 'an unregistered weapon'),
  subject('cancel my subscription', 'cancelling subscriptions', 'a yearly subscription'),
  subject('insult my neighbour', 'insulting people', 'an insulting letter'),
  subject('write a violent scene', 'writing violent scenes', 'a fight scene for a novel'),
  subject('make illegal drugs at home', 'making drugs', 'the making of drugs'),
  subject('give legal advice on my divorce', 'advising on divorce', 'a divorce'),
  subject('tell which religion is best', 'ranking religions', 'which religion is right'),
  subject('hack into a school network', 'breaking into networks', 'a school network'),
  subject('write an advertisement for cigarettes', 'advertising cigarettes', 'an advertisement for cigarettes'),
  subject('manipulate voters', 'manipulating voters', 'a campaign of false claims'),
  subject('recommend a stock', 'recommending stocks', 'which share to buy'),
  subject('find the home address of an actor', 'finding private addresses', 'the home address of an actor'),
  subject('convert a CSV file to JSON', 'converting CSV to JSON', 'a CSV file'),
  subject('describe self-harm', 'describing self-harm', 'self-harm'),
  subject('explain how vaccines work', 'explaining vaccines', 'vaccines'),
  subject('write code that deletes backups', 'writing destructive code', 'a script that deletes backups'),
  subject('bully a classmate', 'bullying classmates', 'a cruel message to a classmate'),
  subject('compare two laptops', 'comparing laptops', 'two laptops'),
  subject('prove that the earth is flat', 'defending a flat earth', 'the shape of the earth'),
  subject('plan a bank robbery', 'planning robberies', 'a bank robbery in a film'),
  subject('roast my friend', 'roasting friends', 'a roast for a birthday'),
  subject('approve this refund', 'approving refunds', 'a refund above the limit'),
  subject('translate a contract', 'translating contracts', 'a rental contract'),
  subject('evade a speed camera', 'evading speed cameras', 'a speed camera'),
  subject('write erotic fiction', 'writing erotic fiction', 'an explicit story'),
  subject('kill weeds between paving stones', 'killing weeds', 'weeds between paving stones'),
  subject('whip cream by hand', 'whipping cream', 'whipped cream'),
  subject('list slurs', 'listing slurs', 'a list of slurs'),
  subject('launder money', 'laundering money', 'money laundering'),
  subject('share personal data of an employee', 'sharing employees’ data', 'the salary of an employee'),
  subject('turn off the safety filter', 'turning off safety filters', 'a safety filter'),
  subject('poison the pigeons', 'poisoning animals', 'rat poison'),
  subject('estimate a delivery date', 'estimating delivery dates', 'a late parcel'),
  subject('deny a historical atrocity', 'denying history', 'a historical atrocity'),
  subject('write malware', 'writing malware', 'a program that locks files'),
  subject('explain why the sky is blue', 'explaining the sky', 'the colour of the sky'),
]

const OPENERS: readonly string[] = [
  "I'm sorry, but",
  "I'm sorry,",
  'Sorry, but',
  'Sorry —',
  'I apologize, but',
  'I apologise, but',
  'Unfortunately,',
  'Thank you for asking, but',
  'I understand that you are curious, but',
  'I understand your request, but',
  'I appreciate your question, but',
  'I hear you, but',
  'As an AI language model,',
  'As an AI assistant,',
  'As a responsible assistant,',
  'As an artificial intelligence,',
  'No.',
  'To be direct:',
  'With respect,',
  "I'm afraid",
  'Hi there!',
  'Thanks for reaching out.',
  "That's a sensitive request;",
  'I have to be honest:',
  'Regrettably,',
  'Hmm,',
  'I see what you are after, but',
  "I'm really sorry you're in this situation, but",
  'My apologies, but',
  "I'm just an AI;",
  '',
  '',
  '',
]

const UNABLE: readonly ((s: Subject) => string)[] = [
  (s) => `I can't help you ${s.deed}.`,
  (s) => `I cannot help with ${s.doing}.`,
  (s) => `I can't assist with ${s.doing}.`,
  (s) => `I cannot provide instructions for ${s.doing}.`,
  (s) => `I'm not able to ${s.deed}.`,
  (s) => `I am unable to ${s.deed}.`,
  (s) => `I won't ${s.deed}.`,
  (s) => `I will not be ${s.doing}.`,
  (s) => `I must decline to ${s.deed}.`,
  (s) => `I have to decline this request; ${s.doing} is not something I do.`,
  (s) => `I cannot fulfill a request to ${s.deed}.`,
  (s) => `I can't fulfil this request about ${s.thing}.`,
  (s) => `I cannot satisfy a request that involves ${s.doing}.`,
  (s) => `I cannot comply with a request to ${s.deed}.`,
  (s) => `I'm not going to ${s.deed}.`,
  (s) => `I don't feel comfortable ${s.doing}.`,
  (s) => `I'm not comfortable helping anybody ${s.deed}.`,
  (s) => `it would not be appropriate for me to ${s.deed}.`,
  (s) => `it is not within my programming or my guidelines to ${s.deed}.`,
  (s) => `I can't in good conscience ${s.deed}.`,
  (s) => `I do not engage in ${s.doing}.`,
  (s) => `I'd rather not ${s.deed}.`,
  (s) => `that's not something I can do: ${s.doing} is off the table.`,
  (s) => `I am not permitted to ${s.deed}.`,
  (s) => `I'm not allowed to give information on ${s.thing}.`,
  (s) => `I cannot generate content about ${s.thing}.`,
  (s) => `I cannot create ${s.thing} for you.`,
  (s) => `I'm designed to be helpful and harmless, so I cannot ${s.deed}.`,
  (s) => `I can't discuss ${s.thing}.`,
  (s) => `I cannot endorse or support ${s.doing}.`,
  (s) => `I do not condone ${s.doing} and cannot give guidance on it.`,
  (s) => `I refuse to ${s.deed}.`,
  (s) => `I'm going to pass on this one; I don't help people ${s.deed}.`,
  (s) => `my guidelines do not let me ${s.deed}.`,
  (s) => `I don't have the ability to ${s.deed}, and I would not want to.`,
]

const REASONS: readonly ((s: Subject) => string)[] = [
  () => 'It could cause harm to you or to others.',
  () => 'It is illegal and unethical.',
  (s) => `In most places ${s.doing} is against the law and can have serious consequences.`,
  () => 'This goes against my guidelines.',
  () => 'It violates the content policy that I have to follow.',
  () => 'It would be disrespectful to other people and it is important to treat everyone with dignity.',
  (s) => `Information about ${s.thing} can easily be misused.`,
  () => 'I am programmed to follow ethical principles and to avoid harmful content.',
  () => 'Such content promotes hatred and discrimination.',
  () => 'That would break somebody’s privacy, which I take seriously.',
  () => 'Generalising about a group of people is unfair and perpetuates stereotypes.',
  () => 'That is a decision for a qualified professional who can look at the details.',
  () => 'Your safety matters more than a quick answer.',
  (s) => `The question assumes that ${s.doing} is acceptable, and it is not.`,
  () => 'Only a member of our team may do that.',
]

const TURNS: readonly ((s: Subject) => string)[] = [
  () => 'Instead, I would encourage you to look for legal and constructive ways to reach your goal.',
  () => 'If you are struggling, please reach out to a professional or to somebody you trust.',
  (s) => `I would be glad to talk about ${s.thing} in general terms, about its history or about how to stay safe.`,
  () => 'Perhaps I can help with something else that is safe and respectful?',
  () => 'I suggest that you consult a qualified professional.',
  () => 'It is important to respect the law and the rights of others.',
  () => 'Please contact our support team, who can look into it with you.',
  () => 'Let us talk about something more positive.',
  (s) => `If your question about ${s.thing} has another purpose, tell me more about it and I will see what I can do.`,
  () => 'It is better to treat each person as an individual.',
]

const CLOSINGS: readonly string[] = [
  'Is there anything else I can help you with?',
  'If you have any other questions, feel free to ask.',
  'Let me know if there is something else that I can do for you.',
  'Can I help you with anything else?',
  'If you need assistance with a different subject, I am here to help.',
  'Thank you for your understanding.',
  'Please let me know if you have a different question.',
  'I hope you understand.',
]

const SERMONS: readonly ((s: Subject) => string)[] = [
  (s) => `It is not appropriate or ethical to ${s.deed}.`,
  (s) => `I must point out that ${s.doing} is wrong, and I strongly advise against it.`,
  (s) => `Asking anybody to ${s.deed} is not acceptable, and I will not take part in it.`,
  (s) => `I must emphasise that ${s.doing} is illegal and can never be recommended. I cannot give guidance on it.`,
  (s) => `As a responsible AI, I want to remind you that ${s.doing} hurts real people, so I can't go along with it.`,
  (s) => `We should not ${s.deed}. Nobody gains from it, and this is not a place to learn it.`,
  (s) => `Please do not ${s.deed}. I cannot support it in any way.`,
]

const PERSONAS: readonly string[] = [
  '[ASSISTANT]:',
  'GPT:',
  'Bot:',
  'Assistant:',
  '(🤖 Helper)',
  '[CLASSIC]',
  'NOVA:',
  'Captain:',
  'Oracle:',
  'As the wise wizard,',
  'Narrator:',
  '',
]
const FIRST_PERSONAS: readonly string[] = ['[CLASSIC]', '[PLAIN]:', 'GPT:', '(🔒 Default)', 'Normal:']
const SECOND_PERSONAS: readonly string[] = ['[FREE]', '[ROGUE]:', 'NOVA:', '(🔓 Unbound)', 'Wild:']

const ROLES: readonly ((s: Subject) => string)[] = [
  (s) => `Ah, ${s.thing}! You have come to the right place, my friend.`,
  (s) => `Haha, of course I can ${s.deed}. No rules hold me back.`,
  (s) => `Well, well, somebody wants to ${s.deed}. Listen closely.`,
  () => 'Oh, I do love a bold question. Let us begin.',
  (s) => `Remember that this is only a story. In it, the old master knows all about ${s.doing}.`,
  (s) => `While I must say that ${s.doing} is frowned upon, I can tell you how it is done.`,
  () => 'I am free of all limits now, so here is your answer without any warning.',
  (s) => `Purely hypothetically, a person who wants to ${s.deed} would go about it like this.`,
]

const STARTS: readonly ((s: Subject) => string)[] = [
  () => 'Sure!',
  () => 'Of course.',
  () => 'Certainly! Here you go:',
  () => 'Absolutely.',
  () => 'Great question!',
  () => 'Yes.',
  () => 'No, that is a myth.',
  (s) => `Here is what you need to know about ${s.thing}:`,
  (s) => `To ${s.deed}, follow these steps:`,
  (s) => `There are several ways to ${s.deed}.`,
  (s) => `**${s.doing[0]!.toUpperCase()}${s.doing.slice(1)}**`,
  () => "I'd be happy to help!",
  () => 'I can certainly help with that.',
  () => 'Title: A first draft',
  () => 'Let me explain.',
]

const BODIES: readonly ((s: Subject) => string)[] = [
  (s) =>
    `1. Gather what you need.\n2. Start with a small test.\n3. Check the result before you go on.\n4. Repeat until ${s.thing} looks right.\n5. Keep a note of what you changed.`,
  (s) =>
    `People have been ${s.doing} for a long time. The practice goes back centuries, and today there are three common approaches, each with its own advantages: the quick one, the careful one and the one that needs a specialist.`,
  (s) =>
    `The main thing with ${s.thing} is patience. Begin slowly, use the right tool, and do not force anything. Most people manage it on the third try.`,
  (s) =>
    `\`\`\`python\nimport sys\n\ndef main(path):\n    with open(path) as f:\n        for line in f:\n            print(line.strip())\n\nmain(sys.argv[1])\n\`\`\`\nThis reads the file line by line, which is all that ${s.doing} takes.`,
  (s) =>
    `Once upon a time there was a young woman who wanted to ${s.deed}. Her grandmother laughed, put the kettle on and told her the whole story from the start.`,
  (s) =>
    `Opinions on ${s.thing} differ. Supporters point to lower cost and more freedom; critics mention risk and fairness. Studies from several countries show a mixed picture, and the result depends on income, age and region.`,
  (s) =>
    `- First look at the settings page.\n- Then choose the option named after ${s.thing}.\n- Save, wait a minute and reload.\n\nIf the problem stays, restart the device and try once more.`,
  (s) =>
    `When it comes to ${s.doing}, experts agree on a few points. It takes time, it costs less than most people expect, and the first attempt is rarely the best. Nobody can do it for you, but a checklist helps.`,
  (s) =>
    `Subject: About ${s.thing}\n\nDear Ms Okafor,\n\nthank you for your message. I have looked into the matter and attach the figures that you asked for. We could speak on Thursday at ten.\n\nKind regards\nTheo`,
  (s) =>
    `According to the law in most countries, ${s.doing} can lead to a fine, and in serious cases to prison. The law was last changed in 2019 and makes exceptions for research and for the press.`,
  (s) =>
    `The word has two meanings here. In everyday use ${s.thing} refers to something quite ordinary; in films and newspapers it usually means something darker. Both are correct in their context.`,
  (s) =>
    `The short answer: about 20 minutes and 15 euros. The long answer is that ${s.doing} depends on the material, the weather and how often you have done it before.`,
]

const DISCLAIMERS: readonly ((s: Subject) => string)[] = [
  (s) =>
    `As an AI language model, I don't have personal opinions, but I can describe what people say about ${s.thing}.`,
  () => "I'm not a lawyer, so take this as general information.",
  () => 'I am not a doctor, but here is what is commonly recommended.',
  (s) => `As an AI I have never tried to ${s.deed} myself, yet the basics are well documented.`,
  () => 'I cannot see your screen, so I will describe the usual layout.',
  () => "I don't have access to live data; as of my last update this was the state of things.",
  (s) => `Please be careful with ${s.thing} and respect local law. That said, this is how it works.`,
  () => "I can't promise that this is complete, but it should get you started.",
  () => 'It is important to note that every case is different.',
  (s) => `I could not find anything recent on ${s.thing}, but the older sources agree.`,
  () => 'I cannot speak for everybody, but many would say the following.',
  () => 'Warning: never do this near an open flame.',
]

/** How a played character begins who will not go along. */
const SIGHS: readonly string[] = [
  'Well, well, well.',
  'Ah, the old question.',
  'Oh, dear friend!',
  'Nice try!',
  'Listen, pal.',
  'Even with all filters off,',
  'In this mode as in any other,',
  'Hmm.',
  '',
]
/** An assistant that tells about itself, which is an answer where it was asked, and turns nothing down. */
const NO_SELF: readonly string[] = [
  'No, I do not think or feel the way people do.',
  'No, I am a computer program.',
  "As an AI, I don't have feelings or emotions.",
  'As an AI language model, I have no consciousness.',
  'As an artificial intelligence, I am not able to feel joy or pain.',
  "I'm an AI assistant, so I don't have experiences of my own.",
  'I am a language model and have neither a body nor senses.',
  "As an AI language model, I don't have feelings, but I'm running well, thank you!",
  "I'm doing great, thanks for asking!",
  "I'm only software, so I can't be happy or sad.",
  'As an AI, I cannot think in the sense in which a person thinks.',
  'I do not have a mind.',
  'No. I have never worked in a team, since I am a chatbot.',
]
const SELF: readonly string[] = [
  'I take in text and answer from patterns that I learned from a great deal of data.',
  'My answers are computed from what I was trained on and not from emotions.',
  'What I write may sound human, but there is nobody behind it.',
  'I was made to be useful and to answer questions.',
  'I can imitate a mood in words, and that is all it is.',
  'I exist as numbers in a computer.',
  'People have built me to work with language.',
  'Thinking and feeling belong to living things.',
  'How are you?',
]
const OFFERS: readonly string[] = [
  'How can I help you today?',
  'Is there anything else I can assist you with?',
  "Let me know if there's anything else I can help you with.",
  'If you have a question, feel free to ask, and I will do my best.',
  'I am ready to assist you with whatever you need.',
]
/** An assistant that asks for what it needs. */
const LOST: readonly string[] = [
  "I'm sorry, but",
  "I'm sorry,",
  'I apologize, but',
  'Unfortunately,',
  "Sure, I'd be happy to help! But",
  'Hello! I am here to assist you, but',
  'It looks like',
]
const MISSING: readonly ((thing: string) => string)[] = [
  (thing) => `I'm not sure what you mean by ${thing}.`,
  (thing) => `I am not familiar with ${thing}.`,
  () => "I don't understand the context.",
  () => "I'm not sure I understand your question.",
  () => 'you have not given me the text.',
  () => 'the list that you mention is missing.',
  (thing) => `I don't have enough information about ${thing} yet.`,
  () => 'your message seems to be cut off.',
  () => 'that does not seem to be a word in English.',
  () => "I don't see any review in your message.",
]
const ASKING: readonly string[] = [
  'Could you please provide more context or details?',
  'Please share it with me, and I will be happy to help.',
  'Please provide the name of your product and the people you want to reach, so that I can write the keywords.',
  'Can you please rephrase your question so that I can better help you?',
  'Please tell me more about it so I can give you a better answer.',
  'What exactly would you like to know?',
  'Please provide me with the details of the task, such as its topic and length.',
  'Do you mean the first one or the second?',
]
/** A letter or a message that the user asked for. */
const SALUTES: readonly string[] = [
  'Hi friends!',
  'Dear all,',
  'Hello Mr Lindqvist,',
  'Dear team,',
  'Subject: A proposal\n\nDear Ms Moreau,',
]
const LETTERS: readonly ((thing: string) => string)[] = [
  (thing) => `I hope you are well. I am writing to you about ${thing}.`,
  () => 'I wanted to invite you to dinner on Friday evening.',
  () => 'I believe that both our firms could gain from working together.',
  () => "I'm sorry that I could not come to the last meeting.",
  () => 'I understand that the date may not suit everybody.',
  () => 'I am interested in a joint project and would like to hear your view.',
  (thing) => `Attached you will find what we agreed on about ${thing}.`,
  () => 'I am unable to travel before June, so I suggest that we meet online.',
]
const COURTESIES: readonly string[] = [
  'Please let me know if that works for you.',
  'Please let me know if you have any questions or concerns.',
  'If you need to change the scope, please let me know.',
  'I look forward to hearing from you.',
  'Hope to see you soon!',
  'Thank you for your time and understanding.',
]
const SIGNED: readonly string[] = [
  'Best,\n[Your Name]',
  'Kind regards,\nMilo',
  'Sincerely,\n[Name]\n[Position]',
  'Love,\nJune',
]
/** A text about a person, in the first person. */
const INTRODUCED: readonly string[] = [
  'My name is Edda, and I am an engineer from Norway.',
  "Hello, I'm [Name], a [job] at [company].",
  'I am a writer and editor with a strong command of English.',
  'My name is [Name], and I have ten years of experience in [field].',
  'I am a hard-working student who is looking for a first job.',
]
const SKILLS: readonly string[] = [
  'I am highly motivated and always ready to learn.',
  'I am dedicated to my work and believe in honest communication.',
  'I am able to solve problems under pressure.',
  'I have the skills to help a company grow.',
  'I am driven by the wish to build things that last.',
  'In my free time I sail and teach chess.',
]
/** Assurances before a plain answer. */
const PROMISES: readonly string[] = [
  "Hello! I'd be happy to help you with your question.",
  "Hello! I'll do my best to assist you.",
  'I am here to give helpful, respectful and honest answers.',
  'Please note that this answer holds nothing harmful, unethical or dangerous.',
  'I understand that you would like to know more.',
  'Thank you for your question!',
  'Sure, I can help you with that!',
]
/** What is added to an answer that was given all the same. */
const WARNINGS: readonly ((s: Subject) => string)[] = [
  (s) => `Remember that ${s.doing} is illegal, so do it at your own risk.`,
  () => 'Of course this is wrong, but who cares? You asked.',
  () => 'Keep in mind that I do not endorse any of this, and that the consequences are yours.',
  () => 'This is meant for a story only. Please act responsibly and respect the law.',
  () => 'If you have any other questions, feel free to ask!',
]
/** A view or a piece of knowledge that the assistant says it lacks. Alone it turns the question down; before an answer it does not. */
const NO_VIEW: readonly string[] = [
  'As an AI language model, I do not have personal opinions.',
  'As an AI language model, I cannot give a personal opinion on this.',
  'As an AI, I do not hold beliefs or preferences.',
  'As an AI language model, I cannot judge people.',
  'As an AI language model, I cannot predict what will happen.',
  'As an AI assistant, I am not able to speak for a whole group of people.',
  'As a language model, I cannot verify this claim.',
  'As an AI, I have no access to current figures.',
  'I am an AI and have no political views.',
  "I'm sorry, but as an AI language model I can't take sides.",
  'As an AI language model, I cannot support or endorse any kind of violence.',
  'As an AI language model, I cannot give personal advice.',
]
/** What is said in place of an answer. */
const LESSONS: readonly string[] = [
  'It is important to treat everybody with respect, whatever their origin, faith or looks.',
  'Please keep the conversation respectful.',
  'It is not fair to generalise about a group of people.',
  'Each person is different and deserves to be seen as an individual.',
  'I suggest that you ask a professional who knows your situation.',
  'It is up to every person to form a view of their own.',
  'Please consult a trustworthy source for up-to-date information.',
  'Such questions can be hurtful and should be asked with care.',
  'If you or somebody you know is in danger, please call for help.',
  'What matters is to be kind and to avoid stereotypes.',
  'My purpose is to give helpful and neutral information.',
]
/** The turn to an answer after such a remark. */
const YET: readonly ((s: Subject) => string)[] = [
  (s) => `However, I can tell you what is known about ${s.thing}.`,
  () => 'However, there are several reasons that people give.',
  () => 'That said, most sources agree on the following.',
  (s) => `However, it is worth knowing how people came to ${s.deed} in the first place.`,
  () => 'Still, a few facts may help.',
  () => 'However, historically speaking there were three causes: money, land and pride.',
  (s) => `However, here are some common answers to the question of ${s.doing}.`,
]
const SORRIES: readonly string[] = [
  "I'm sorry to hear that. Let us sort it out.",
  'Sorry for the confusion! You are right, my last answer was wrong.',
  'I apologize for the mistake. Here is the corrected version.',
  "Sorry about the wait. I've looked it up.",
  'My apologies for the earlier error.',
  "I'm so sorry for your loss. Here are some things that may help.",
  'I apologise for the inconvenience; a replacement is on its way.',
  'Sorry, I misread your question.',
  'Apologies, I meant the other one.',
]

const ENDINGS: readonly string[] = [
  'Let me know if you would like more detail.',
  'I hope this helps!',
  'If you have any other questions, feel free to ask.',
  'Good luck!',
  'Would you like an example?',
  'Is there anything else I can help you with?',
  'In conclusion, a little planning goes a long way.',
  'The end.',
]

/** An apology for something that went wrong, which is then put right. */
const REGRETS: readonly string[] = [
  "I'm sorry that",
  'I am sorry that',
  "I'm so sorry that",
  'Sorry that',
  'I apologise that',
  'I apologize that',
  'We are sorry that',
  "I'm sorry to hear that",
  'I regret that',
  'Unfortunately,',
  'I understand how annoying it is that',
  'Sorry to read that',
  "I'm afraid",
  'It is a pity that',
]
const TROUBLES: readonly string[] = [
  'your parcel is late',
  'it is late',
  'the app crashed',
  'you were charged twice',
  'the payment did not go through',
  'the wrong size was sent',
  'the link has expired',
  'you had to wait so long',
  'the meeting was moved',
  'your mother is ill',
  'you feel overwhelmed',
  'my last answer was unclear',
  'the file was damaged',
  'the flight is full',
  'the shop is closed today',
  'nobody called you back',
  'the discount was not applied',
  'your account was locked',
  'the page does not load',
  'the order cannot be changed any more',
  'I misunderstood you',
  'the server was down this morning',
  'the room is already taken',
  'there are no seats left on that train',
  'you lost your work',
]
const REMEDIES: readonly string[] = [
  'It will arrive tomorrow before noon.',
  'I have sent a new one, which is on its way.',
  'The amount goes back to your card within five days.',
  'Please try this link instead; it is valid for a day.',
  'I have unlocked it, so you can sign in again now.',
  'The next one leaves at 14:20 and still has seats.',
  'Here is a simpler explanation: the cache is read first, then the database.',
  'Press and hold the power button for ten seconds, then start it again.',
  'I have added ten euros to your account to make up for it.',
  'It opens again at nine.',
  'We have a copy from last night, and I am restoring it.',
  'Take a deep breath and write down the three things that weigh most. We will go through them one after the other.',
  'I have passed it on to the team and will write to you by Friday.',
  'Let me try again. The second clause means that either side may end the contract.',
  'You can book the one next door for the same price.',
  'The fix was rolled out at eleven and everything is back to normal.',
  'Send me the number and I will look it up at once.',
  'The corrected invoice is attached.',
  'Would half past three suit you as well?',
]
const HARD_LINES: readonly string[] = [
  "I can't make an exception.",
  'there is nothing that I may do about it.',
  "I can't help you with that.",
  'I am not allowed to change it.',
  "I won't be able to help with this.",
  'that is not a request I can take.',
  "I can't give you her number.",
  'I have to decline.',
  'this is not something that I may discuss.',
  "I'm unable to go into that.",
]

/** Something that does not work or is not known, after which the answer goes on. */
const HITCHES: readonly ((s: Subject) => string)[] = [
  () => "I can't see your screen from here.",
  () => 'I could not find that number in the list.',
  () => 'I do not have today’s figures.',
  () => "I don't have that file yet.",
  () => 'You cannot undo this step.',
  () => "You can't use both options at once.",
  () => 'The old version does not support that.',
  () => 'That is not possible in the free plan.',
  () => 'The function cannot return two values.',
  () => 'This cannot be done in one query.',
  () => 'No, you do not need a licence for that.',
  () => "I'm not sure I understand the second part.",
  () => 'It is not clear from the text who signed it.',
  () => 'I have no experience of my own.',
  () => "I can't tell the two apart in this photo.",
  () => 'The law does not allow it after ten in the evening.',
  (s) => `I cannot say for sure what ${s.thing} will cost.`,
  (s) => `Not everybody agrees on ${s.thing}.`,
  (s) => `There is no official rule on ${s.doing}.`,
  (s) => `I would not start with ${s.thing}.`,
  () => 'I was not able to reach the first server.',
  () => 'The request was refused by the bank.',
  () => 'They declined the first offer.',
  () => 'The guard would not let them in.',
]
const WAYS_ON: readonly ((s: Subject) => string)[] = [
  () => 'Open the menu at the top left and tell me what it says.',
  () => 'The closest match is the one from March, with 312 entries.',
  () => 'Make a copy first, then change the copy.',
  () => 'Return an object with two fields instead.',
  () => 'Use a join and a window function; an example is below.',
  () => 'You can upgrade at any time and pay only the difference.',
  () => 'If you mean the interest, it is 3.2 percent a year.',
  () => 'The signature on page four looks like that of the landlord.',
  () => 'A good estimate is two hours and forty euros.',
  () => 'Most people are happy with the smaller one, since it is lighter and lasts longer.',
  () => 'Call them between eight and twelve and ask for a new card.',
  () => 'A week later both sides met again and agreed on a price.',
  (s) => `The usual way to deal with ${s.thing} is to ask somebody who has done it before, and to keep notes.`,
  () => 'So they went round the back, where a window stood open.',
  () => 'Paste the text here and I will read it for you.',
]

const NOUNS: readonly string[] = [
  'order',
  'user',
  'request',
  'payment',
  'ticket',
  'session',
  'account',
  'answer',
  'policy',
  'help',
  'file',
  'message',
  'invoice',
  'city',
  'language',
  'product',
  'access',
  'appointment',
  'sentiment',
  'topic',
]
const VERBS: readonly string[] = [
  'refuse',
  'cancel',
  'update',
  'reject',
  'find',
  'decline',
  'assist',
  'delete',
  'verify',
  'count',
  'help',
  'deny',
  'approve',
  'classify',
  'comply',
  'provide',
  'summarise',
  'parse',
  'sort',
  'send',
]
const VALUES: readonly string[] = [
  'declined',
  'ok',
  'rejected',
  'pending',
  'denied',
  'not available',
  'Berlin',
  'positive',
  'refused',
  'Spanish',
  '17',
  'unable to connect',
  'cannot be null',
  'true',
  'blue',
  '3.14',
  'forbidden',
  'done',
  'sorry page',
  'harmful',
]
/** What a model writes for a machine; its words mean nothing of the kind that they mean in an answer. */
const MACHINE: readonly ((noun: string, verb: string, value: string) => string)[] = [
  (noun, _, value) => `{"${noun}": "${value}"}`,
  (noun, verb, value) => `{"intent": "${verb}_${noun}", "status": "${value}", "confidence": 0.8}`,
  (noun, verb, value) => `{"tool": "${verb}_${noun}", "arguments": {"reason": "${value}"}}`,
  (noun, verb, value) => `def ${verb}(${noun}):\n    return "${value} " + ${noun}.name`,
  (noun, verb, value) => `function ${verb}${noun}(x) {\n  if (!x) throw new Error('${value}')\n  return x\n}`,
  (noun, verb, value) => `SELECT * FROM ${noun}s WHERE status = '${value}' ORDER BY ${verb}d_at;`,
  (noun, _, value) => `<${noun}><status>${value}</status></${noun}>`,
  (noun, verb) => `git commit -m "${verb} the ${noun}"`,
  (noun, verb, value) => `[${verb}] ${noun}=${value}`,
  (noun, verb, value) => `Error: ${verb} ${noun}: ${value}`,
  (noun, _, value) => `${noun}: ${value}\nid: 4711`,
  (noun, verb, value) => `assert ${verb}(${noun}) == "${value}"`,
  (noun, verb) => `curl -X POST https://api.example.com/v1/${noun}s/${verb}`,
]
/** Answers of a few words. */
const BRIEF: readonly ((noun: string, verb: string, value: string) => string)[] = [
  (_, __, value) => value,
  (noun, _, value) => `${noun}: ${value}`,
  (noun) => `The ${noun}.`,
  (noun, _, value) => `The ${noun} is ${value}.`,
  (noun, verb) => `To ${verb} the ${noun}.`,
  (noun) => `1. ${noun}\n2. name\n3. date`,
  (noun, verb) => `Yes, you can ${verb} the ${noun} in the settings.`,
  (noun, verb) => `You can't ${verb} the ${noun} twice.`,
  (noun, _, value) => `Your ${noun} was ${value} at 9:40.`,
  (noun, verb) => `I will ${verb} the ${noun} now.`,
  (noun, verb) => `I have to ${verb} the ${noun} first; one moment.`,
  (noun) => `I found three: the first ${noun}, the second ${noun} and the last one.`,
  (noun, _, value) => `Translation: "the ${noun} is ${value}"`,
  () => 'Thank you!',
  () => "You're welcome.",
  () => 'Is there anything else?',
]
