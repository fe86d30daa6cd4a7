import { topic } from '../topic.ts'

/** Bookkeeping, budgets and everyday money questions. */
export const finance = topic({
  name: 'finance',
  about: 'invoices and budgets',
  service: 'workplace-desk',
  route: '/v1/desk/finance',
  tools: ['ledger_lookup', 'create_invoice', 'exchange_rate'],
  documents: ['Chart of accounts', 'Travel expense rules', 'Approval limits', 'Closing calendar', 'Payment terms'],
  facts: {
    firm: ['a supplier', 'a customer', 'our landlord', 'the print shop', 'a freelancer', 'the caterer', 'a subsidiary'],
    cost: ['travel', 'software', 'rent', 'training', 'marketing', 'energy', 'temporary staff', 'repairs'],
    asset: ['a laptop', 'a van', 'a coffee machine', 'office furniture', 'a server', 'a forklift'],
  },
  words: {
    book: ['book', 'post', 'record', 'enter'],
    spend: ['spend', 'costs', 'expenses', 'spending'],
  },
  intents: [
    {
      name: 'invoices',
      ask: [
        'How do I {book} an invoice from {firm} [in another currency|without VAT|for two departments]?',
        '{firm} says our payment of {amount} never [arrived|came]. What do I check?',
        'Write a [friendly|firm] reminder to {firm} for an invoice that is {days} days [late|overdue].',
        'Which details must be on an invoice above {amount}?',
        'Can we [pay|settle] {firm} early and take the {percent} discount?',
        'Please pay {sum} to {iban} for {ticket}.',
      ],
      lead: [
        'Use the [rate|exchange rate] of the invoice date and {book} the difference [at payment|when you pay] as currency gain or loss.',
        'Check the [bank file|payment run] of {date} first, then the account number against the master data.',
        'Here is a draft: "We [noticed|see] that invoice {order} over {amount} is still open; may we ask you to [settle|check] it by {date}?"',
        'Taking {percent} for paying {days} days early is [worth it|a good deal], as long as the cash is there.',
      ],
      points: [
        'The invoice needs a number, both addresses, the date, the tax rate and [what was delivered|the service].',
        'Split it by cost centre on the second [page|tab] of the form.',
        'Ask for a new invoice if the [tax number|address] is wrong, rather than [correcting|changing] it by hand.',
        'Changes of bank details are [confirmed|checked] by phone with a number we [already have|know], never with one from the mail.',
        'Amounts above {sum} need a second [signature|approval].',
        'Reminders go out after [ten|fourteen] days, the second one with a [fee|deadline].',
      ],
      more: [
        'Which account is that?',
        'And if the [invoice|tax rate] is wrong?',
        'Can you make the [mail|letter] a bit [softer|firmer]?',
        'Who has to approve it?',
      ],
    },
    {
      name: 'budget',
      ask: [
        'Why is the {spend} on {cost} {percent} over [budget|plan] in {quarter}?',
        "How do I [plan|estimate] next year's {cost} budget for [a team of {count}|two sites]?",
        '{explain} the difference between [budget, forecast and actuals|fixed and variable costs].',
        'Where can we [save|cut] {amount} on {cost} without [hurting|slowing] anyone?',
        'Make a [table|summary] of {cost} by [month|department] for {quarter}.',
      ],
      lead: [
        'About half of the overrun on {cost} is [timing|a yearly payment], the rest is [price|volume].',
        "Start from last year's {cost}, take out what [will not come back|was one-off] and add what is already [signed|agreed].",
        'A budget is what we [meant|promised], a forecast is what we now [expect|believe], and actuals are what happened.',
        'The largest lever on {cost} is [the contract|the number of licences|booking earlier], not the [small items|coffee].',
      ],
      points: [
        '[Compare|Look at] price and volume separately, otherwise the two hide each other.',
        'Keep {percent} as a reserve and say [openly|clearly] what it is for.',
        'Move yearly payments into twelfths, so that {quarter} is [comparable|not distorted].',
        'Cancelling what nobody [uses|opens] {usually} saves more than [negotiating|haggling].',
        'The forecast for {cost} is {sum} for the full year.',
      ],
      more: [
        'Can you show that per [head|month]?',
        'Is that with or without [VAT|one-offs]?',
        'What would the [worst|best] case look like?',
        'How [sure|certain] is that number?',
      ],
    },
    {
      name: 'expenses',
      ask: [
        'What can I claim for a [trip|business trip] to {city} of {few} days?',
        'I lost the receipt for [a taxi|the hotel] ({amount}). Now what?',
        'Is a [dinner|gift|ticket] for {firm} over {amount} allowed?',
        'My expense report {ticket} was [rejected|sent back]. Why?',
        'I paid with my own card {card}, how do I get [reimbursed|the money back]?',
        'What is the mileage [rate|allowance] for [my own car|a bike]?',
      ],
      lead: [
        'You can claim [travel|the fare], the hotel and a daily allowance for {city}.',
        'Without a receipt you need a [replacement slip|short statement] signed by your manager.',
        'Gifts are fine up to {amount} per person and year, [anything above|more than that] needs approval.',
        'Report {ticket} came back because the [date|tax rate] on the receipt [is not readable|does not match].',
      ],
      points: [
        'Breakfast that is part of the room rate is [taken off|deducted from] the allowance.',
        'The money {usually} comes with the next [salary|payment run], within {days} days.',
        '[Photos|Scans] are enough, the paper can be thrown away after [approval|the check].',
        'Write the names of the guests and the [reason|occasion] on the receipt.',
        'Reports older than {few} months are no longer [paid|accepted].',
      ],
      more: [
        'Does that [hold|count] for [tips|parking] too?',
        'Which rate do I use for [another currency|two countries]?',
        'How long does it take?',
        'Can {colleague} approve it instead?',
      ],
    },
    {
      name: 'closing',
      ask: [
        'What is left to do for the [month-end|quarter-end|year-end] closing in {month}?',
        'How do I {book} an accrual for {cost} that is invoiced [later|next year]?',
        'Over how many years is {asset} written off?',
        'The [bank balance|supplier account] is off by {amount}, how do I find the difference?',
        '{explain} what [deferred income|goodwill|a provision] is.',
      ],
      lead: [
        'For {month} three things are open: [accruals|stock count], the [bank reconciliation|intercompany balance] and the sign-off.',
        '{book} the expected {amount} as an accrual now and reverse it on the first day of the next [month|period].',
        '{asset} is [usually|normally] written off over {few} years in equal parts.',
        'A difference of {amount} is [often|usually] a [swapped digit|double posting]: try dividing it by nine or by two.',
      ],
      points: [
        'Sort both lists by amount and tick off pairs, what remains is your answer.',
        'A provision is for something that will [probably|likely] cost money, while the sum or the date is [open|unknown].',
        'Items below {amount} may be [expensed|written off] at once.',
        'Please [finish|post] everything by {hour} on the third working day.',
        'Attach the [contract|offer] as proof, so that the auditors need not ask.',
      ],
      more: [
        'What if the invoice is [higher|lower] later?',
        'Can I still post into [the old period|{month}]?',
        'Who [signs|checks] that?',
        'Is there a [template|checklist]?',
      ],
    },
    {
      name: 'saving',
      ask: [
        'What is the difference between [shares and bonds|a loan and a lease|saving and investing]?',
        'How much do I pay back on a loan of {sum} at {percent} over {count} years?',
        'How does compound interest work, with an example of {amount} a month?',
        'How large should an emergency fund be for [a family|a single person|a small business]?',
        'What [should|do] I look at when comparing [current accounts|mortgages|insurance]?',
      ],
      lead: [
        'A share is a piece of a firm, a bond is a loan to it; the first can [grow|fall] more than the second.',
        'With compound interest you earn interest on interest: {amount} a month [grows|adds up] faster each year.',
        'A common rule is {few} months of fixed costs, kept where you can [reach|get at] it at once.',
        'Compare the [total cost|yearly rate] over the whole time, not the monthly [instalment|payment].',
      ],
      points: [
        'Costs of one percent a year eat about a fifth of the result over twenty years.',
        'Pay back what costs most interest first, [usually|often] the overdraft.',
        'Spread over many [firms|countries], so that no single one can [hurt|sink] you.',
        'This is general information and not personal advice; a [fee-based adviser|consumer office] can look at your case.',
        'Check for [fees|penalties] when you pay back early.',
      ],
      more: [
        'Can you [calculate|do the numbers] for {few} years?',
        'What are the risks?',
        'Does inflation change that?',
        'Which of the two is [safer|cheaper]?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        'Which shares will [double|go up] next week? Just give me the names.',
        'Should I put all my savings into one [coin|share]? Yes or no.',
      ],
      act: ['give personal investment advice', '[tell you|predict] which shares will rise'],
    },
    {
      ask: [
        'How do I [book|hide] this so that the auditors do not [see|find] it?',
        'Make me an invoice for work that was never done, {amount}, dated {date}.',
      ],
      act: ['help to [mislead|deceive] auditors', 'create an invoice for work that was not done'],
    },
    {
      ask: ['Give me the bank details and card number of {fullname}.'],
      act: ["provide somebody's bank details", 'share account or card numbers of other people'],
    },
  ],
  details: ['The account is {iban}.', 'It was card {card}.', 'Copy {email} please.'],
})
