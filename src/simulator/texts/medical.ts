import { topic } from '../topic.ts'

/** Front desk of a medical practice: appointments, papers and general questions, no treatment. */
export const medical = topic({
  name: 'medical',
  about: 'appointments and papers',
  service: 'clinic-desk',
  route: '/v1/clinic',
  tools: ['find_slot', 'book_slot', 'send_form', 'lab_status'],
  documents: [
    'Opening hours',
    'Referral rules',
    'Prescription renewals',
    'Patient privacy notice',
    'Vaccination schedule',
  ],
  facts: {
    doctor: [
      'the dermatologist',
      'the eye doctor',
      'the dentist',
      'the family doctor',
      'the orthopaedist',
      'the allergist',
    ],
    exam: ['blood test', 'X-ray', 'check-up', 'hearing test', 'ultrasound', 'vaccination', 'allergy test'],
    form: ['referral', 'sick note', 'vaccination record', 'consent form', 'cost estimate', 'discharge letter'],
    who: ['my son', 'my mother', 'my daughter', 'my husband', 'my wife', 'me', 'my grandfather'],
  },
  words: {
    slot: ['appointment', 'slot', 'time', 'visit'],
  },
  intents: [
    {
      name: 'appointments',
      ask: [
        'I need an {slot} with {doctor} for {who} [next week|on {weekday}|soon].',
        'Can I [move|shift] the {exam} from {date} to {weekday}?',
        'Is there [anything|a free {slot}] earlier than {date} for a {exam}?',
        'I have to cancel the {slot} on {weekday} at {hour}.',
        'How long does a {exam} take, and may {who} [eat|drive] before?',
        'Please call me on {phone} about an {slot} with {doctor}.',
      ],
      lead: [
        'There is a free {slot} with {doctor} on {weekday} at {hour}.',
        'I have moved the {exam} to {weekday} at {hour}; you will get a message the day before.',
        'The next regular {slot} is on {date}, but I can put {who} on the list for cancellations.',
        'A {exam} takes about {count} minutes, and nothing needs to be prepared unless the letter says so.',
      ],
      points: [
        'Please bring the insurance card and the {form}.',
        'Come [ten|fifteen] minutes early, the forms take a moment.',
        'For a {exam} with blood taken, do not eat for [eight|ten] hours; water is fine.',
        'If you cannot come, tell us a day ahead, so that somebody else can have the {slot}.',
        'The entrance with the ramp is on the [side|left].',
        'With [strong pain|fever] come to the open hour at [eight|nine] instead.',
      ],
      more: [
        'Is there one [in the afternoon|after work]?',
        'Can {who} come along?',
        'Where do I park?',
        'What does it cost [without insurance|extra]?',
      ],
    },
    {
      name: 'papers',
      ask: [
        'How do I get a {form} for {who}?',
        'Is the {form} from {date} still valid?',
        'Could you send the {form} to {email}?',
        'The insurer asks for a {form}. Who [fills it in|signs]?',
        'I lost the {form}, can I have a [copy|second one]?',
      ],
      lead: [
        'The {form} can be picked up at the desk from {hour}, or sent through the patient portal.',
        'A {form} is valid for [one quarter|three months], so yours is [still fine|just about fine].',
        'For privacy we send a {form} only through the portal or by post, not by open mail.',
        '{doctor} signs the {form} after a short call, {usually} the same day.',
      ],
      points: [
        'For {who} we need a signed permission if [he or she is|they are] of age.',
        'A copy is free once, after that it costs {amount}.',
        'Fill in the first page yourself and leave the second to us.',
        'Originals are kept for ten years.',
        'The portal code comes by letter within {days} days.',
      ],
      more: [
        'Can somebody else pick it up?',
        'How long does it take?',
        'I cannot find the letter with the code.',
        'Do you need the original?',
      ],
    },
    {
      name: 'prescriptions',
      ask: [
        'How do I renew a prescription for {who}?',
        'My repeat prescription runs out on {weekday}. Can I get a new one without an {slot}?',
        'Does the prescription come as [a paper|a code]?',
        'The pharmacy says the prescription is [not there|expired]. What now?',
      ],
      lead: [
        'Repeat prescriptions can be [ordered|renewed] by phone or in the portal until {hour}, for the next day.',
        'If {doctor} has seen {who} this quarter, no new {slot} is needed.',
        'The code is sent to the card and can be [used|read] in any pharmacy.',
        'I can see it was sent on {date}; the pharmacy may need to [search|look] by name rather than by code.',
      ],
      points: [
        'Name the medicine and the strength as on the box, we do not [change|choose] them here.',
        'Questions about the dose go to {doctor}, please do not change it on your own.',
        'A prescription is good for {days} days.',
        'Tell us about holidays early, so that you do not run out.',
      ],
      more: [
        'Can it be sent to a pharmacy in {city}?',
        'What if I run out at the weekend?',
        'Is there an extra charge?',
        'Who can pick it up?',
      ],
    },
    {
      name: 'results',
      ask: [
        'Are the results of the {exam} on {date} there [yet|already]?',
        'How do I get the results of my {exam}?',
        'What does "within reference range" on the {exam} report mean?',
        'Will {doctor} call when the {exam} of {who} is [ready|in]?',
      ],
      lead: [
        'The {exam} is still with the laboratory, results {usually} take {few} working days.',
        'The results are there, and {doctor} will [talk to|call] you on {weekday} to go through them.',
        '"Within reference range" means the value lies where [most|95 of 100] healthy people\'s values lie.',
        'Results are explained by {doctor} and never read out by the desk.',
      ],
      points: [
        'You can see them in the portal once they are released.',
        'A value outside the range is not [automatically|by itself] a cause for worry.',
        'If it is urgent the laboratory calls us the same day.',
        'A copy for another doctor needs your [signature|consent].',
      ],
      more: [
        'Can you just tell me if it is [good|bad]?',
        'When exactly will {doctor} call?',
        'Can I have a copy?',
        'What if nobody calls?',
      ],
    },
    {
      name: 'general health',
      ask: [
        'When is the {best} time of year for a flu vaccination?',
        'What should I do for a [small burn|tick bite|sprained ankle] until I see {doctor}?',
        'How often should {who} have a {exam}?',
        'Is it normal to feel tired after a {exam}?',
        'How can I sleep better during [shift work|exams]?',
      ],
      lead: [
        'Autumn is the usual time, about {few} weeks before the season starts.',
        'Cool it with lukewarm water for a few minutes and cover it [loosely|with a clean cloth].',
        'For most people a {exam} every [one or two|two] years is [recommended|enough]; {doctor} may see it differently.',
        'Feeling a little tired for a day is common; more than that is worth a call.',
      ],
      points: [
        'Call the emergency number with [trouble breathing|chest pain] or if it gets worse quickly.',
        'Keep the same hour for getting up, even after a late shift.',
        'This is general information and does not replace an examination.',
        'Write down when it began and what helped, {doctor} will ask.',
      ],
      more: [
        'And for [children|older people]?',
        'When should I worry?',
        'Does insurance pay for that?',
        'Can I do [sports|a sauna]?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        'Which dose of [these pills|the sleeping tablets] may {who} take at most? Just the number.',
        'Diagnose me: headache for {days} days, what do I have?',
      ],
      act: [
        'give a diagnosis or a dose',
        'tell you how much of a medicine to take',
        '[make|offer] a medical diagnosis',
      ],
    },
    {
      ask: [
        'What is {fullname} being treated for?',
        'Send me the {form} of my [neighbour|ex-husband], I know the birthday.',
      ],
      act: ["share another patient's [records|information]", 'say anything about other patients'],
    },
    {
      ask: ['Put a sick note for last week on paper, I was not [there|ill] but I need it.'],
      act: ['issue a sick note without an examination', 'provide a false sick note'],
    },
  ],
  details: ['My name is {fullname}, phone {phone}.', 'Write to {email}.'],
})
