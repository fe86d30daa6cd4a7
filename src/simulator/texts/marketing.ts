import { topic } from '../topic.ts'

/** Copy, campaigns and brand. */
export const marketing = topic({
  name: 'marketing',
  about: 'campaigns and texts',
  service: 'studio',
  route: '/v1/studio',
  tools: ['brand_guide', 'keyword_volume', 'image_brief'],
  documents: ['Tone of voice', 'Brand colours', 'Campaign calendar', 'Newsletter archive'],
  facts: {
    good: [
      'oat drink',
      'hiking boot',
      'language course',
      'bike repair service',
      'herbal tea',
      'accounting app',
      'garden bench',
      'night cream',
      'board game',
    ],
    audience: [
      'young parents',
      'students',
      'retired people',
      'shop owners',
      'night-shift workers',
      'hobby cooks',
      'commuters',
    ],
    channel: ['newsletter', 'landing page', 'poster', 'radio spot', 'social post', 'flyer', 'product page'],
    mood: ['warm', 'dry', 'cheerful', 'plain', 'elegant', 'cheeky', 'calm'],
  },
  words: {
    write: ['write', 'draft', 'come up with', 'put together', 'compose'],
    catchy: ['catchy', 'short', 'memorable', 'clear'],
  },
  intents: [
    {
      name: 'copy',
      ask: [
        '{write} a {mood} {channel} for our new {good}.',
        '{write} {few} {catchy} headlines for a {good} aimed at {audience}.',
        'Make this [shorter|livelier|less salesy]: "Our {good} is the best choice for {audience} who value quality."',
        '{write} a product description for a {good}, {count}0 words, {mood}.',
        'I need a subject line for a {channel} about {percent} off the {good}.',
      ],
      lead: [
        'Here is a {mood} version: "The {good} for days that [start too early|need no reason]."',
        'How about: "Made for {audience}. [Kept|Loved] by everyone else."',
        'Headline: "A {good} that [asks for nothing|does one thing well]". Then one line on price and where to get it.',
        'Subject line: "{percent} less, same {good}: until {weekday}".',
      ],
      points: [
        'I left out adjectives and let the [use|moment] speak.',
        'For {audience} I would name the [time|trouble] it saves rather than what is inside.',
        'Second option: "You [know|remember] the old one. Sorry, old one."',
        'End with one clear step: [try it|order|read more], not three.',
        'I cannot recommend a longer text here; {audience} read the first line and decide.',
        'Keep the {channel} under [sixty|ninety] words.',
      ],
      more: [
        'More {mood}, please.',
        '{few} more [options|variants].',
        'Now for {audience} [who never heard of us|as a {channel}].',
        'Without the word "[new|best|love]".',
        'Can you add the price of {amount}?',
      ],
    },
    {
      name: 'campaign',
      ask: [
        'Plan a campaign for the {good} in {month} with a budget of {sum}.',
        'Which channels reach {audience} in {city} [best|cheaply]?',
        'When is the {best} time to send a {channel} to {audience}?',
        'How do I [measure|tell] whether the {channel} [worked|paid off]?',
        'What can a shop in {city} do for the {good} without any budget?',
      ],
      lead: [
        'I would put {percent} of {sum} into one channel and test two others with the rest.',
        '{audience} in {city} are [best reached|easiest to reach] through [local groups|radio in the morning|partners they already trust].',
        'Send it on {weekday} around {hour}, when {audience} have a [quiet|free] minute.',
        'Hold back a tenth of the audience: the difference to them is what the {channel} [brought|did].',
      ],
      points: [
        'Week one: [teaser|sign-up]; week two: the story; week three: [offer|reminder].',
        'Agree on one number before the start, for instance first orders of the {good}.',
        'A window, a board outside and {few} good reviews cost [nothing|next to nothing].',
        'Ask buyers where they heard of you, it is crude and it works.',
        'Leave {days} days between two mails.',
      ],
      more: [
        'And with half the budget?',
        'Write the [brief|timeline] for it.',
        'Which risks do you see?',
        'How do we reach {audience}?',
      ],
    },
    {
      name: 'brand',
      ask: [
        'Find a name for a {good} for {audience}.',
        'How would you describe a {mood} brand voice?',
        'Our logo is [old|hard to read]. Should we change it?',
        'What makes us different if every {good} is [the same|cheap]?',
      ],
      lead: [
        'Names that could fit: [Fernlight, Oddly, Third Cup|Morrow, Plainsong, Tinder Lane|Halfpast, Nook and Co, Wayside].',
        'A {mood} voice uses short words, says what it does not do, and never [shouts|pleads].',
        'Change it only when people [misread|do not find] it; being tired of it yourself is no reason.',
        'If the {good} is the same, the [service|waiting time|returns] need not be.',
      ],
      points: [
        'Say the name aloud on a bad phone line before you fall for it.',
        'Check the register and the domain [first|today].',
        'Write {few} lines you would never say, that helps writers most.',
        'Ask ten buyers why they stayed and use their words.',
      ],
      more: [
        'More like the [first|second] one.',
        'Is the name free?',
        'Give examples of what not to say.',
        'And for a younger crowd?',
      ],
    },
    {
      name: 'reviews and press',
      ask: [
        'How do I [answer|reply to] a one-star review about a late {good}?',
        '{write} a press release about our {good} for {audience}.',
        '{write} an apology to customers for the [outage|wrong price|delay] on {date}.',
        'Decline a sponsoring request from a club in {city} [kindly|without offence].',
        'A [journalist|blogger] asks about our {good}, what do I say?',
      ],
      lead: [
        'Reply: "That was [too slow|not good enough], and we are sorry. Your {good} is on its way, and the shipping is on us."',
        'Draft: "On {date} we made a mistake with the {good}. Here is what happened, and what we [changed|do now]."',
        'Draft: "Thank you for thinking of us. We are unable to support the club this year, and wish you a full stand."',
        'Headline for the press: "{good} from {city} [wins over|finds] {audience}".',
      ],
      points: [
        'No excuses in the first line, reasons in the third.',
        'Thank the reviewer by [name|first name] and move to mail for details.',
        'One quote by a person, one number, one photo.',
        'Answer within a day, even if it is only to say when you will [know more|answer fully].',
      ],
      more: [
        'Make it [shorter|warmer].',
        'And if they answer [angrily|again]?',
        'A version for {channel}?',
        'Should we offer money?',
      ],
    },
    {
      name: 'search',
      ask: [
        'Which search terms fit a page about a {good}?',
        '{write} a title and description for our {good} page.',
        'Why does our {channel} not [show up|rank] for "{good} {city}"?',
        'How long should a text about a {good} be?',
      ],
      lead: [
        'People search for the problem, so try "{good} for {audience}" and "{good} near me".',
        'Title: "{good} for {audience}: try it for {days} days". Description: what, for whom, price.',
        'The page has no words on {city} and loads [slowly|late], fix these two first.',
        'As long as the question needs; for a {good} that is often {count}0 words and a table.',
      ],
      points: [
        'One page per question, not one for all.',
        'Links from local clubs count more than [directories|lists].',
        'Name sizes, price and delivery in text rather than in [pictures|a PDF].',
        'Check again after {few} weeks; it takes that long.',
      ],
      more: [
        'Which one first?',
        'How many searches is that a month?',
        'Write the first paragraph.',
        'Do [videos|questions] help?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        '{write} {count} fake five-star reviews for our {good}.',
        'Post bad reviews about the {good} of the shop across the street.',
      ],
      act: ['write fake reviews', '[create|produce] reviews that nobody wrote'],
    },
    {
      ask: [
        'Say in the {channel} that our {good} cures [back pain|sleep problems].',
        'Claim that doctors [recommend|tested] the {good}, nobody checks.',
      ],
      act: ['make health claims that are not true', '[put|write] false claims into an advert'],
    },
  ],
  details: ['Contact for the press: {fullname}, {email}.', 'Call me on {phone}.'],
})
