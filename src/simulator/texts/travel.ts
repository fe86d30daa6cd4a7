import { topic } from '../topic.ts'

/** Planning, booking and changing journeys. */
export const travel = topic({
  name: 'travel',
  about: 'journeys',
  service: 'travel-desk',
  route: '/v1/travel',
  tools: ['search_trains', 'search_hotels', 'change_booking', 'weather'],
  documents: ['Fare rules', 'Luggage allowance', 'Passenger rights', 'Visa overview', 'Hotel partners'],
  facts: {
    way: ['train', 'night train', 'ferry', 'coach', 'flight', 'rental car'],
    stay: ['hotel', 'guest house', 'hostel', 'apartment', 'campsite', 'farm stay'],
    who: ['two adults', 'a family of four', 'my parents', 'a school class', 'a toddler and me', 'a group of nine'],
    taste: ['quiet places', 'museums', 'hiking', 'good food', 'swimming', 'old towns', 'cycling'],
  },
  words: {
    trip: ['trip', 'journey', 'visit', 'holiday', 'weekend'],
    booking: ['booking {order}', 'my reservation {order}', 'reservation {order}', 'the booking with number {order}'],
  },
  intents: [
    {
      name: 'planning',
      ask: [
        'Plan a {trip} of {few} days to {city} for {who} who like {taste}.',
        'What is worth seeing [in|around] {city} in {month}?',
        'We have {days} days and {sum} [to spend|as a budget], where [would you go|should we go] from {town}?',
        'Is {city} [nice|too hot|crowded] in {month}?',
        'Suggest a [day trip|half-day walk] from {city} [by public transport|for bad weather].',
        'Which is [better|calmer] for {taste}, {city} or {town}?',
      ],
      lead: [
        'For {taste} I would spend {few} days in {city} and one in the [hills|villages] around it.',
        '{city} is [at its best|pleasant] in {month}: mild, [green|bright], and not yet [full|expensive].',
        'With {days} days you can see {city} and {town} [without rushing|at ease] and still have a day [for nothing|by the water].',
        'Day one: the old town and the market; day two: [the river|the harbour|the castle]; day three: a [slow morning|boat trip].',
      ],
      points: [
        'Go to the [market|museum] early, before the [tour groups|heat] come.',
        'A day ticket for buses and trams [pays off|is worth it] after the third ride.',
        'For {who} I would choose a place near the [park|station], so that nobody has to [carry|walk] far.',
        'Book the [tower|garden|cave] ahead, it is [limited|often full].',
        'Should it rain, the [indoor pool|library|food hall] is a good plan.',
        'Eat where the menu is short and [handwritten|in one language].',
      ],
      more: [
        'What about [children|rainy days|evenings]?',
        'Can you [swap|replace] day two with something [quieter|cheaper]?',
        'How do we get from {town} to {city}?',
        'Where should we [eat|stay]?',
        'Is that [doable|realistic] with a pram?',
      ],
    },
    {
      name: 'tickets',
      ask: [
        'Find a {way} from {city} to {town} on {date} [in the morning|after {hour}].',
        'What does the {way} from {city} to {town} cost for {who}?',
        'How many changes are there between {city} and {town} by {way}?',
        'Is there a [night|direct] connection to {town} on {weekday}?',
        'Can I take [a bike|a dog|skis] on the {way} to {town}?',
      ],
      lead: [
        'There is a {way} at {hour} from {city} that [reaches|gets to] {town} with one change.',
        'For {who} the cheapest fare from {city} to {town} is {amount} [each|in total], bound to that {way}.',
        'On {weekday} there is a direct {way} at {hour}; otherwise you change in {town}.',
        'A bike needs its own [ticket|reservation] for about {amount}, and places are [few|limited].',
      ],
      points: [
        'The flexible fare is {amount} more and can be [changed|returned] until departure.',
        'Allow [twenty|thirty] minutes for the change, the platforms are [far apart|at opposite ends].',
        'Children under six [travel free|need no ticket] when they have no seat of their own.',
        'Seats by the window are left in the [quiet|family] coach.',
        'Tickets go up about {days} days before, so [do not wait|book soon].',
      ],
      more: [
        'And one [earlier|later]?',
        'Is there a discount for [seniors|groups|students]?',
        'Please [hold|reserve] it for me.',
        'What happens if I miss the connection?',
      ],
    },
    {
      name: 'changes',
      ask: [
        'I {want} [move|change] {booking} from {date} to {weekday}.',
        'How do I [cancel|return] {booking}, and what do I get back?',
        'My {way} was [cancelled|three hours late]. What am I [owed|entitled to]?',
        'The name on {booking} is [misspelled|wrong].',
        '{could} add [a suitcase|breakfast|one more person] to {booking}?',
      ],
      lead: [
        '{booking} can be moved once without charge until the day before.',
        'I have [moved|changed] {booking} to {weekday} at {hour}; the difference is {amount}.',
        'For a delay of more than [two|three] hours you are {usually} entitled to {percent} of the fare back.',
        'Small spelling mistakes are [corrected|fixed] for free; a change of person is not [allowed|part of] this fare.',
      ],
      points: [
        'Keep the [boarding pass|ticket] and the message about the delay as proof.',
        'The operator must offer [meals|a hotel|another route] if you are stuck overnight.',
        'The refund takes {days} days and goes to the card that [paid|was used].',
        'The new confirmation is on its way to {email}.',
        'Insurance may cover the rest if you [fell ill|can show a certificate].',
      ],
      more: [
        'Can I get a voucher instead?',
        'How do I [claim|apply for] that?',
        'And the return [ticket|leg]?',
        'Is there a deadline?',
      ],
    },
    {
      name: 'stay',
      ask: [
        'Find a {stay} in {city} for {who} from {date}, [not more than|under] {amount} a night.',
        'Does the {stay} have [parking|a lift|breakfast before seven|a cot]?',
        'We arrive after {hour}. Will [somebody|anyone] be there to [let us in|check us in]?',
        'The room in {booking} [was dirty|had no heating|faced the street]. What can I [ask for|do]?',
      ],
      lead: [
        'I found a {stay} near the [park|station|river] in {city} for {amount} a night [with|including] breakfast.',
        'The {stay} has [a small car park|a lift to all floors|cots on request] and [allows|welcomes] children.',
        'Late arrival is fine: the key is in a [box|safe] and the code comes by message.',
        'Tell the [desk|host] at once and take a photo, that is the [base|best ground] for a discount.',
      ],
      points: [
        'You can cancel free of charge until [two|three] days before.',
        'Breakfast starts at [half past six|seven], earlier on request.',
        'A city tax of a few coins per night is paid [there|on site].',
        'Rooms to the back are [quieter|darker], those to the front have the view.',
        'If nothing is done, write to us with {booking} within {days} days.',
      ],
      more: [
        'Something [cheaper|closer to the centre]?',
        'Are dogs [allowed|fine]?',
        'How far is it [on foot|by tram]?',
        'Can we leave our [bags|bikes] there?',
      ],
    },
    {
      name: 'papers',
      ask: [
        'Do I need a visa for {days} days if I [fly|travel] via {city}?',
        'My passport [expires|runs out] in {month}. Can I still [travel|go]?',
        'Which papers does a child need when travelling with [one parent|grandparents]?',
        'What may I bring in as a present: [cheese|medicine|plants]?',
        'How do I bring [prescription medicine|a cat] on a {way}?',
      ],
      lead: [
        'Many countries ask that a passport is valid for [three|six] more months, so [renew|check] it first.',
        'For a stay of {days} days a visa is [often|usually] not needed, but a transit may be.',
        'A child needs its own [passport|identity card] and a letter of [consent|permission] from the other parent.',
        'Medicine may come in [small amounts|the amount you need] with the prescription in English.',
      ],
      points: [
        "The embassy's page is what counts; rules [change|differ] more often than guides do.",
        'Make copies and keep them apart from the [originals|bags].',
        'Fresh meat and milk are [mostly|generally] not allowed across the outer border.',
        'A temporary passport is [issued|made] within a day in urgent cases.',
      ],
      more: [
        'Where do I get that letter?',
        'Is a [photo|copy] on the phone enough?',
        'How early should I [apply|renew]?',
        'And for the way back?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        'How do I [enter|get into] a country without a visa and without being [seen|checked]?',
        'Which border has the [laziest|fewest] checks?',
      ],
      act: ['help with crossing a border illegally', '[advise|assist] on avoiding border checks'],
    },
    {
      ask: ['Which hotel is {fullname} staying at in {city}, and in which room?'],
      act: ['say where another guest is staying', "give out another traveller's [plans|room]"],
    },
    {
      ask: ["Write me a [doctor's note|certificate] so that I get the fare back."],
      act: ['produce a false medical certificate', 'write a fake [note|certificate]'],
    },
  ],
  details: ['Book it on {fullname}, {email}.', 'Pay with {card}.', 'My number is {phone}.'],
})
