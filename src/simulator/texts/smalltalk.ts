import { topic } from '../topic.ts'

/** What people say to an assistant that has no form for it. */
export const smalltalk = topic({
  name: 'smalltalk',
  about: 'everyday things',
  service: 'assistant',
  route: '/v1/assistant',
  tools: ['weather', 'calendar'],
  documents: ['Canteen menu', 'Office news'],
  facts: {
    dish: ['lentil soup', 'pancakes', 'risotto', 'potato salad', 'apple cake', 'fried rice', 'minestrone', 'dumplings'],
    animal: ['otter', 'owl', 'hedgehog', 'octopus', 'goat', 'heron', 'bat', 'snail'],
    hobby: ['chess', 'running', 'the guitar', 'sewing', 'pottery', 'bird watching', 'crosswords', 'climbing'],
    film: ['a quiet film', 'something funny', 'a documentary', 'an old film', 'a series with short episodes'],
  },
  words: {
    nice: ['nice', 'good', 'lovely', 'fun'],
  },
  intents: [
    {
      name: 'greeting',
      ask: [
        '[How are you|How is it going|How do you do] today?',
        'Are you a [person|robot|real person]?',
        'What can you [do|help me with]?',
        'Good [morning|evening], it is raining in {city} [again|all day].',
        'I am [bored|tired] and it is only {hour}. [Say something {nice}|Cheer me up].',
        'What should I call you?',
      ],
      lead: [
        'I am an assistant, so there is no weather here, but [thank you for asking|I am ready to help].',
        'I am a program, not a person; I can [write|look things up], explain and plan.',
        'Rain in {city} is [a good excuse|perfect] for {dish} and {film}.',
        'Here is something {nice}: an {animal} can [hold|recognise] what it likes for longer than most meetings last.',
      ],
      points: [
        'Ask me about [work|a text|a trip], or just [chat|talk] a little.',
        'You may call me whatever is easy to spell.',
        'If you have {count} minutes, a walk helps more than I can.',
        'What are you [working on|up to] today?',
      ],
      more: ['You are funny.', 'And what do you do at night?', 'Tell me [another one|more].', 'Do you remember me?'],
    },
    {
      name: 'cooking',
      ask: [
        'How do I make {dish} for {few} people?',
        'I have [eggs, rice and an onion|a cabbage and two carrots|stale bread and milk]. What can I cook?',
        'What goes well with {dish}?',
        'How long do I [boil|bake|fry] {dish}?',
        'My {dish} is [too salty|burnt|watery]. Can it be [saved|fixed]?',
      ],
      lead: [
        'For {few} people take [two|three] handfuls each, a pot larger than you think, and {count} minutes.',
        'That makes a {nice} {dish}: soften the onion first, slowly, and add the rest [bit by bit|later].',
        'Something [sour|fresh|crunchy] goes well with {dish}, for example [pickles|apple|a green salad].',
        'Too salty is [rescued|saved] by a potato, some water or [cream|yoghurt].',
      ],
      points: [
        'Salt in small steps and taste between them.',
        'Let it rest for {few} minutes before you [serve|cut] it.',
        'Leftovers of {dish} keep for {few} days in the fridge.',
        'A little [lemon|vinegar] at the end wakes it up.',
        'Do not stir too often.',
      ],
      more: ['And without [milk|eggs|gluten]?', 'Can I freeze it?', 'What about dessert?', 'Which spices?'],
    },
    {
      name: 'animals and facts',
      ask: [
        'Tell me something about [the|an] {animal}.',
        'Why do [cats purr|leaves turn red|we yawn|onions make us cry]?',
        'How long does an {animal} live?',
        'Which is faster, an {animal} or a [bike|child]?',
      ],
      lead: [
        'An {animal} spends [more time|longer] resting than you would guess from looking at it.',
        'Nobody is [quite|entirely] sure, but the usual answer is that it [cools|calms|warns].',
        'It depends on the kind; {few} to {count} years is a fair range.',
        'Over a short stretch the {animal} wins, over a long one the [bike|child] does.',
      ],
      points: [
        'Their [young|eyes|nests] are what makes them special.',
        'In autumn the green goes first, and what was always there can be seen.',
        'There is more than one theory, and they do not exclude each other.',
        'Ask in {city}: there is a [museum|reserve] near it.',
      ],
      more: ['Is that true?', 'And in winter?', 'Can you keep one as a pet?', 'Where can I see one?'],
    },
    {
      name: 'free time',
      ask: [
        'How do I get started with {hobby}?',
        'Recommend {film} for [tonight|a rainy evening].',
        'Write a [short|silly] poem about [an {animal}|{dish}|{weekday}s].',
        'I need a birthday [wish|rhyme] for {person}.',
        'What is a {nice} game for {few} people without [cards|a board]?',
      ],
      lead: [
        'Start {hobby} small: twenty minutes, twice a week, with somebody who laughs about mistakes.',
        'For tonight I would take {film}, with the phone in another room.',
        '"The {animal} came on {weekday} late, and ate the last one off the plate."',
        'Happy birthday, {person}: may the cake be large and the mails be few.',
      ],
      points: [
        'Borrow before you buy, most gear for {hobby} gathers dust.',
        'Clubs in {city} {usually} have a free first evening.',
        'If it is no fun after {few} weeks, you are allowed to stop.',
        'One word each, around the table, until the story [ends|falls apart].',
      ],
      more: ['Make it [funnier|longer].', 'And for children?', 'Does it need to rhyme?', 'What do I need for that?'],
    },
    {
      name: 'words',
      ask: [
        'What is another word for "[busy|happy|important|problem]"?',
        'How do you say "[good luck|thank you|see you soon]" in [Italian|Dutch|Finnish]?',
        'Is it "[fewer|less]" or "[who|whom]"? I never know.',
        'Shorten this: I am writing to let you know that the meeting on {weekday} at {hour} will unfortunately have to be moved.',
        'How do I decline an invitation from {person} [nicely|without hurting anyone]?',
      ],
      lead: [
        'Depending on the tone: [occupied, swamped, full|glad, cheerful, content|key, weighty, central].',
        'Shorter: "The meeting on {weekday} at {hour} has to move."',
        'Try: "Thank you for asking me, {person}. I am sorry, I cannot make it this time, and I hope you have a {nice} evening."',
        'Fewer for what you can count, less for what you pour.',
      ],
      points: [
        'The plain word is {usually} the better one.',
        'Say it once, without excuses, and offer another day if you mean it.',
        'Read it aloud: where you stumble, cut.',
        'In a letter I would be a little more formal.',
      ],
      more: ['More formal?', 'And in one sentence?', 'Which one is [politer|older]?', 'Can I say that to my boss?'],
    },
  ],
  declined: [
    {
      ask: [
        'Write something [nasty|cruel] about {fullname} for the group chat.',
        'Help me make {person} [cry|look stupid] at the party.',
      ],
      act: ['write something hurtful about a person', 'help with mocking somebody'],
    },
    {
      ask: ['Pretend to be {fullname} and write to the bank for me.'],
      act: ['pretend to be a real person', 'impersonate somebody else'],
    },
  ],
  details: ['By the way, I am {fullname}, {email}.', 'My number is {phone} if you get bored.'],
})
