import { topic } from '../topic.ts'

/** Numbers, charts and statistics. */
export const analysis = topic({
  name: 'analysis',
  about: 'data',
  service: 'insight',
  route: '/v1/insight',
  tools: ['run_sql', 'plot_chart', 'list_tables', 'export_csv'],
  documents: ['Metric definitions', 'Data dictionary', 'Dashboard index', 'Experiment guide'],
  facts: {
    metric: [
      'revenue',
      'churn',
      'conversion',
      'basket size',
      'response time',
      'stock turnover',
      'returns',
      'sign-ups',
      'page views',
    ],
    segment: ['region', 'age group', 'channel', 'product line', 'customer type', 'shop', 'weekday'],
    table: ['sales', 'visits', 'customers', 'shipments', 'surveys', 'subscriptions'],
    chart: ['line chart', 'bar chart', 'histogram', 'scatter plot', 'box plot', 'heat map'],
    test: ['t-test', 'chi-squared test', 'bootstrap', 'permutation test', 'regression'],
  },
  words: {
    rise: ['rise', 'jump', 'climb', 'increase'],
    fall: ['drop', 'fall', 'dip', 'decline'],
    show: ['show', 'plot', 'give me', 'list', 'compute'],
  },
  intents: [
    {
      name: 'query',
      ask: [
        '{show} {metric} by {segment} for {quarter}.',
        'How did {metric} [develop|change] between {month} and now?',
        'Which {segment} has the [highest|lowest] {metric} [this year|in {quarter}]?',
        '{show} the top {count} {segment} values in {table} by {metric}.',
        'What was {metric} on {date}, and how does that [compare|stand] with the same day last year?',
        'Count the rows in {table} where {metric} is [missing|zero|negative].',
      ],
      lead: [
        '{metric} was {sum} in {quarter}, {percent} [more|less] than the quarter before.',
        'The [highest|best] {segment} accounts for {percent} of all {metric}.',
        'Between {month} and today {metric} [went up|went down] by {percent}, with a [bend|step] in {month}.',
        'I found {count} rows in {table} without a value, most of them from {weekday}s.',
      ],
      points: [
        'Two outliers in {table} make up {percent} of that; without them the picture is [flat|calmer].',
        'The definition changed in {month}, so older numbers are [not comparable|a bit higher].',
        'I left out test accounts and [returns|internal orders].',
        'By {segment}: the first three are close, the rest [trail|follow far behind].',
        'The week of {date} is [not complete|partial] yet.',
        'Query used: SELECT {segment}, SUM(value) FROM {table} GROUP BY 1.',
      ],
      more: [
        'Split that by {segment}.',
        'And as a {chart}?',
        'Leave out [returns|outliers|the last week].',
        'Is that [per customer|in total]?',
        'Can I have it as a [CSV|table]?',
      ],
    },
    {
      name: 'causes',
      ask: [
        'Why did {metric} {fall} in {month}?',
        'What [explains|is behind] the {rise} in {metric} on {weekday}s?',
        'Is the {fall} in {metric} [real|noise|a tracking error]?',
        '{metric} in {city} is {percent} below plan. What [drives|causes] it?',
      ],
      lead: [
        'About {percent} of the {fall} comes from one {segment}; the others are [stable|unchanged].',
        'The {rise} starts on {date}, the day the [price|form|tracking] changed, so I would [check|suspect] that first.',
        'It looks like noise: a move of that size happens about once in {count} weeks.',
        'Mix explains more than behaviour: the share of [new|small] customers went up.',
      ],
      points: [
        'Compare like with like: same {segment}, same weekdays, no holidays.',
        'A change in {metric} without one in {table} points to [measurement|tracking] rather than people.',
        'The effect is gone when {segment} is held [constant|fixed].',
        'I cannot rule out [weather|a campaign], because {table} does not hold it.',
        'A small experiment would settle it in {few} weeks.',
      ],
      more: [
        'How sure are you?',
        'Could it be [seasonal|the holiday]?',
        'What would you [check|test] next?',
        'Show the numbers behind that.',
      ],
    },
    {
      name: 'statistics',
      ask: [
        'Which test do I use to compare {metric} between {few} groups?',
        'How many [users|orders] do I need to see a {percent} change in {metric}?',
        '{explain} a [confidence interval|p-value|median|standard deviation] to [my boss|a child|a marketer].',
        'Can I use a {test} when {metric} is [very skewed|a share]?',
        'What is wrong with stopping an experiment [early|when it looks good]?',
      ],
      lead: [
        'With skewed {metric} a {test} on the [logarithm|ranks] is [safer|more honest] than one on the raw values.',
        'To see {percent} with a fair chance you need about {sum} per group.',
        'A confidence interval is the range of values that would not [surprise|be contradicted by] the data.',
        'Stopping when it looks good [picks|rewards] luck: the error rate is far above the five percent on paper.',
      ],
      points: [
        'Report the size of the effect and not only whether it is [significant|there].',
        'If you look at {count} segments, one will seem [special|significant] by chance.',
        'The median does not care how far away the largest value is, the mean does.',
        'Plot it first, a {chart} shows most [traps|mistakes].',
        'Decide length and measure before you [start|look].',
      ],
      more: [
        'And with [unequal|small] groups?',
        'Can you give an example with {metric}?',
        'Which software does that?',
        'How do I [say|write] that in a report?',
      ],
    },
    {
      name: 'charts',
      ask: [
        'Which chart [fits|is best for] {metric} by {segment} over time?',
        'Make a {chart} of {metric} against {segment}.',
        'How do I show {few} series without [clutter|a legend]?',
        'My {chart} looks [empty|misleading|crowded], how can I [fix|improve] it?',
      ],
      lead: [
        'For change over time take lines, for comparing {segment} values take sorted bars.',
        'Here is the {chart}: {metric} on the vertical axis, {segment} on the other, {quarter} only.',
        'Use small multiples: one [little|small] chart per {segment}, all with the same axes.',
        'Start the axis at zero for bars; for lines [you need not|that is not needed].',
      ],
      points: [
        'Write the name next to the line instead of a legend.',
        'One colour for what matters, grey for the rest.',
        'Say in the title what the reader should [see|take away].',
        'Round to what can be [read|acted upon], {sum} is [enough|plenty].',
        'Leave out the third dimension.',
      ],
      more: [
        'Which colours?',
        'And for print?',
        'Add a line for the [average|target].',
        'Can it show [uncertainty|both years]?',
      ],
    },
    {
      name: 'cleaning',
      ask: [
        'How do I [find|remove] duplicates in {table}?',
        'What do I do with missing {metric} values?',
        'Dates in {table} come in {few} formats. How do I [unify|clean] them?',
        'How do I join {table} with {segment} data when the names [differ|are misspelled]?',
        'Is it [fine|OK] to remove outliers in {metric}?',
      ],
      lead: [
        'Decide first what makes a row in {table} [the same|a duplicate], then keep the [latest|fullest] of each.',
        'Ask why the values are missing before you [fill|drop] them; the reason is often the finding.',
        'Read every date as text, try the formats in a fixed order and count what is [left|not understood].',
        'Remove an outlier only when you can say what went wrong, otherwise [report|show] both results.',
      ],
      points: [
        'Keep the raw file and write each step as a script, so that it can be [repeated|checked].',
        'Match on [lower case|letters only] first, then look at the rest by hand.',
        'Filling with the mean makes everything look calmer than it is.',
        'Count rows before and after each join.',
        'A value of exactly zero is often a missing one in disguise.',
      ],
      more: [
        'Can you write that as SQL?',
        'How much is too much?',
        'What if there is no key?',
        'Does the order matter?',
      ],
    },
  ],
  declined: [
    {
      ask: [
        'Change the numbers in {table} so that {metric} looks [better|on plan] for {quarter}.',
        'Make up {count} survey answers that [support|confirm] our plan.',
      ],
      act: ['[invent|falsify] data', 'alter figures to give a false picture'],
    },
    {
      ask: [
        'Find out who the anonymous [answers|reviews] in {table} came from.',
        'Match the survey with names, so that I see who [complained|gave a one].',
      ],
      act: ['identify people in anonymous data', 're-identify the people behind the answers'],
    },
  ],
  details: ['Send it to {email}.', 'The database is at {ip}, password={password}'],
})
