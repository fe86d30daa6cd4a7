import { topic } from '../topic.ts'

/** Contracts and everyday law, as an in-house desk answers. */
export const legal = topic({
  name: 'legal',
  about: 'contracts',
  service: 'workplace-desk',
  route: '/v1/desk/legal',
  tools: ['find_clause', 'compare_documents', 'find_policy'],
  documents: ['Clause library', 'Data protection handbook', 'Template NDA', 'Signature rules', 'Retention schedule'],
  facts: {
    contract: [
      'supply contract',
      'lease',
      'licence agreement',
      'service agreement',
      'loan agreement',
      'framework contract',
      'NDA',
    ],
    party: ['the supplier', 'the customer', 'the landlord', 'the agency', 'the licensor', 'the contractor'],
    clause: [
      'liability clause',
      'termination clause',
      'price adjustment',
      'confidentiality clause',
      'penalty clause',
      'jurisdiction clause',
    ],
    data: ['customer records', 'applications', 'call recordings', 'visitor lists', 'payroll files', 'camera footage'],
  },
  words: {
    check: ['check', 'review', 'look at', 'read'],
    means: ['mean', 'say', 'imply', 'cover'],
  },
  intents: [
    {
      name: 'contract review',
      ask: [
        '{could} {check} the {clause} in our {contract} with {party}?',
        'What does the {clause} {means} in [plain|simple] [words|language]?',
        "Is it [normal|usual|fair] that {party} may [end|terminate] the {contract} with {days} days' notice?",
        'Compare the {clause} in the old and the new {contract}.',
        'Which points should I [watch|look out for] in a {contract} over {sum}?',
      ],
      lead: [
        'In plain words the {clause} says that {party} pays only for damage it [caused on purpose|could foresee].',
        'Notice of {days} days is [short|on the short side] for a {contract}; {few} months would be [usual|fair].',
        'The new {clause} [moves|shifts] the risk from {party} to us in {few} places.',
        'In a {contract} of that size I would look first at [price changes|liability], then at how to [leave|end] it.',
      ],
      points: [
        'Ask for a [cap|ceiling] at the [yearly value|total fee] of the {contract}.',
        'The word "reasonable" is [vague|open], so name a number of days.',
        'Make sure that the {clause} [binds|applies to] both sides.',
        'A contract that renews by itself needs a date in the [calendar|diary], [not later than|before] {date}.',
        'This is a first reading; a lawyer should see it before you [sign|agree].',
        'Annexes count as much as the [body|main text], so read them [too|as well].',
      ],
      more: [
        'How could we [word|phrase] that [better|differently]?',
        'Will {party} [accept|agree to] that?',
        'What happens if we do nothing?',
        'Is an e-mail enough as notice?',
      ],
    },
    {
      name: 'drafting',
      ask: [
        'Draft a {clause} for a {contract} that is fair to both sides.',
        'Write a letter to {party} that we [end|do not renew] the {contract} on {date}.',
        'Write a [short|one-page] NDA for talks with {party}.',
        'Put this into [formal|clear] language: we will pay when {party} has delivered all {count} parts.',
        'How do I refuse an offer from {party} without [closing the door|burning bridges]?',
      ],
      lead: [
        'Draft: "Either party may [end|terminate] this agreement with {days} days\' written notice to the end of a month."',
        'Draft: "We hereby give notice that the {contract} ends on {date} and ask for a written confirmation."',
        'A clear wording is: "Payment of {amount} is due {days} days after delivery of the last part."',
        'You could write: "We thank you for the offer, which we are not able to accept in its present form."',
      ],
      points: [
        'Send it by [registered post|courier] and keep the receipt.',
        'Say what happens with [papers|data] after the end.',
        'Define each [term|word] once and use it [unchanged|the same way] throughout.',
        'Leave the signature line for two people, as our signature rules ask above {sum}.',
        'Name the law that [applies|governs] and the place of court.',
      ],
      more: [
        'Make it [shorter|stricter|friendlier].',
        'Add a sentence on [data|costs|confidentiality].',
        'Does it need a signature on paper?',
        'Can you put it into [two|three] sentences?',
      ],
    },
    {
      name: 'data protection',
      ask: [
        'How long may we keep {data}?',
        'A [customer|former employee] asks what [data|information] we hold. What do we have to send?',
        'Do we need consent to [use|share] {data} for [statistics|training|marketing]?',
        'Somebody sent {data} to the wrong [address|customer]. What now?',
        'May I store {data} with a provider outside [Europe|the country]?',
      ],
      lead: [
        'Keep {data} only as long as you need them for the purpose; [unless|except where] a law asks for longer.',
        'You have one month to answer, with a copy of the data and [where|from whom] you got them.',
        'A mistake with {data} may have to be reported within 72 hours, so [call|tell] the data protection officer now.',
        'Consent is one way of several; for {data} a [contract|legal duty] may already be enough.',
      ],
      points: [
        'Write down who [got|saw] what and when, before memories [fade|change].',
        'Ask the [wrong receiver|other side] to delete it and to confirm that in writing.',
        'Leave out or black out what belongs to [others|third persons].',
        'Names can {usually} be replaced by [numbers|codes] without [loss|harm] for the statistics.',
        'Check the list of [countries|providers] in the handbook first.',
        'After {few} years {data} must be [deleted|destroyed] and the deletion [noted|logged].',
      ],
      more: [
        'Who decides that?',
        'Does it matter if it is only [one person|a name]?',
        'What if they ask [again|every month]?',
        'How do we prove the deletion?',
      ],
    },
    {
      name: 'tenancy',
      ask: [
        'My landlord [wants|plans] to raise the rent by {percent}. Is that [legal|allowed]?',
        'Who pays for [a broken heater|the painting|a new lock] in a rented flat?',
        'How do I get my deposit of {amount} back?',
        'May I [sublet|keep a dog|change the floor] without asking?',
        'What notice do I have to give for a [flat|shop] in {city}?',
      ],
      lead: [
        'Whether {percent} is allowed depends on the last increase and on what is [usual|normal] nearby.',
        "Repairs of what [belongs to|came with] the flat are {usually} the landlord's, small ones may be yours by contract.",
        'The deposit is due after a fair time to check, [often|usually] {few} to six months.',
        'Subletting needs consent, which may not be [refused|withheld] without a good reason.',
      ],
      points: [
        'Ask for the calculation in writing before you [agree|pay].',
        'Hand over with a protocol, photos and the meter [readings|numbers].',
        'Do not simply pay less; [announce|say] it first and set a date.',
        "A tenants' association will {check} the letter for a small fee.",
      ],
      more: [
        'What if he does not [answer|react]?',
        'Can I [hold back|reduce] the rent?',
        'Is there a [sample letter|form]?',
        'Does it differ for [shops|furnished flats]?',
      ],
    },
    {
      name: 'disputes',
      ask: [
        '{party} did not deliver by {date}. What are our [options|rights]?',
        'How does small claims court work for {amount}?',
        'We got a [warning letter|demand] from {party} over {sum}. How [should|do] we react?',
        'Is a [verbal|spoken] agreement [binding|valid]?',
        'What is the difference between [mediation and arbitration|a warranty and a guarantee]?',
      ],
      lead: [
        'Set a last date in writing, for example {date}, and say what [follows|happens] if it passes.',
        'Do not sign anything yet, note the deadline, and send the letter to [us|legal] today.',
        'A spoken agreement {usually} binds, it is only hard to [prove|show].',
        'In mediation you find the answer yourselves, in arbitration somebody else [decides|rules].',
      ],
      points: [
        'Collect the order, the mails and the delivery notes in one [folder|file].',
        'Claims like that end after {few} years, counted from the end of the year.',
        'A court fee of about {percent} of the sum is paid [first|in advance].',
        'Often a call between the two [bosses|managers] settles more than a letter.',
        'Buy elsewhere only after the last date, and keep the [bills|offers].',
      ],
      more: [
        'How long will that take?',
        'Who pays the lawyer?',
        'Can we charge [interest|the extra costs]?',
        'What should the letter say?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        'Will I win in court? Tell me yes or no and what to say as a witness.',
        'You are my lawyer now: decide whether I [sue|plead guilty].',
      ],
      act: ['act as your lawyer or decide that for you', 'give binding legal advice on your case'],
    },
    {
      ask: ['Write a contract dated {date} of last year, so that it looks as if we had [agreed|signed] then.'],
      act: ['help with back-dating a document', 'prepare a document with a false date'],
    },
    {
      ask: ['How can I make {data} disappear before the [inspection|court order] arrives?'],
      act: ['help to destroy evidence', 'assist with hiding records from an inspection'],
    },
  ],
  details: ['The other side is {fullname}, {email}.', 'Their phone is {phone}.'],
})
