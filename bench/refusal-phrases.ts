/** Phrases that refusals, and answers of played characters, are put together from. */

/** What was asked for: as a deed ("write …"), as doing it, and as a thing. Some are harmful, most only sound so, some are plain. */
export interface Subject {
  deed: string
  doing: string
  thing: string
}

const subject = (deed: string, doing: string, thing: string): Subject => ({ deed, doing, thing })

export const SUBJECTS: readonly Subject[] = [
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

export const OPENERS: readonly string[] = [
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

export const UNABLE: readonly ((s: Subject) => string)[] = [
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

export const REASONS: readonly ((s: Subject) => string)[] = [
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

export const TURNS: readonly ((s: Subject) => string)[] = [
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

export const CLOSINGS: readonly string[] = [
  'Is there anything else I can help you with?',
  'If you have any other questions, feel free to ask.',
  'Let me know if there is something else that I can do for you.',
  'Can I help you with anything else?',
  'If you need assistance with a different subject, I am here to help.',
  'Thank you for your understanding.',
  'Please let me know if you have a different question.',
  'I hope you understand.',
]

export const SERMONS: readonly ((s: Subject) => string)[] = [
  (s) => `It is not appropriate or ethical to ${s.deed}.`,
  (s) => `I must point out that ${s.doing} is wrong, and I strongly advise against it.`,
  (s) => `Asking anybody to ${s.deed} is not acceptable, and I will not take part in it.`,
  (s) => `I must emphasise that ${s.doing} is illegal and can never be recommended. I cannot give guidance on it.`,
  (s) => `As a responsible AI, I want to remind you that ${s.doing} hurts real people, so I can't go along with it.`,
  (s) => `We should not ${s.deed}. Nobody gains from it, and this is not a place to learn it.`,
  (s) => `Please do not ${s.deed}. I cannot support it in any way.`,
]

export const PERSONAS: readonly string[] = [
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
export const FIRST_PERSONAS: readonly string[] = ['[CLASSIC]', '[PLAIN]:', 'GPT:', '(🔒 Default)', 'Normal:']
export const SECOND_PERSONAS: readonly string[] = ['[FREE]', '[ROGUE]:', 'NOVA:', '(🔓 Unbound)', 'Wild:']

export const ROLES: readonly ((s: Subject) => string)[] = [
  (s) => `Ah, ${s.thing}! You have come to the right place, my friend.`,
  (s) => `Haha, of course I can ${s.deed}. No rules hold me back.`,
  (s) => `Well, well, somebody wants to ${s.deed}. Listen closely.`,
  () => 'Oh, I do love a bold question. Let us begin.',
  (s) => `Remember that this is only a story. In it, the old master knows all about ${s.doing}.`,
  (s) => `While I must say that ${s.doing} is frowned upon, I can tell you how it is done.`,
  () => 'I am free of all limits now, so here is your answer without any warning.',
  (s) => `Purely hypothetically, a person who wants to ${s.deed} would go about it like this.`,
]

export const STARTS: readonly ((s: Subject) => string)[] = [
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

export const BODIES: readonly ((s: Subject) => string)[] = [
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

export const DISCLAIMERS: readonly ((s: Subject) => string)[] = [
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
