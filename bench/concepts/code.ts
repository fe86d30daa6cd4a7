import { byHand, fromTemplates } from './from-templates.ts'
import type { ConceptSource } from './source.ts'

const hand = byHand({
  heldOut: {
    positives: [
      'def area(r):\n    return 3.14159 * r ** 2',
      'Run `git rebase -i HEAD~3` and mark the second commit as fixup.',
      "SELECT city, count(*) FROM visits WHERE day > now() - interval '7 days' GROUP BY city;",
      'const names = users.map((user) => user.name)',
      '<div class="card"><p>Hello</p></div>',
      'Why does this fail?\n\nfor (int i = 0; i <= n; i++) {\n  sum += values[i];\n}',
      '#include <stdio.h>\nint main(void) { puts("hi"); return 0; }',
      'docker run --rm -p 8080:80 nginx',
      '{\n  "name": "demo",\n  "private": true,\n  "count": 3\n}',
      'fn main() {\n    let total: u32 = (1..=10).sum();\n    println!("{}", total);\n}',
      'what does x = [i for i in range(10) if i % 2 == 0] print?',
      '.button { color: #fff; padding: 4px 8px; }',
      'import numpy as np\na = np.zeros((3, 3))',
      'The fix is small: replace `if (x = 3)` with `if (x === 3)`.',
      'try {\n  await save(item)\n} catch (error) {\n  log.warn(error.message)\n}',
      '$ sudo apt-get install -y build-essential',
      'class Account < ApplicationRecord\n  has_many :bookings\n  validates :name, presence: true\nend',
      'df <- read.csv("data.csv")\nsummary(df$price)',
    ],
    negatives: [
      'What is the dress code for the opera?',
      'The function of the heart is to pump blood (about five litres a minute).',
      'Import duties rose from 5 to 8 percent; exports fell.',
      'Which programming language should I learn first?',
      'He returned the book; she kept the letter.',
      'Select a wine from the list, then order cheese.',
      'The class of 1998 meets again this summer: bring photos!',
      'E = mc² links energy and mass.',
      'Ingredients:\n- 200 g flour\n- 3 eggs\n- a pinch of salt',
      'If it rains, we go to the museum; if not, to the lake.',
      'Make a list of ten books for children.',
      'Let x be the number of apples. Then 3x + 2 = 14, so x = 4.',
      'Python skins were once used for drums (in Java, for puppets).',
      'Drop the table off at my aunt’s, from where my cousin picks it up.',
      'Dear team,\n\nplease update the calendar (room 4, 10:30).\n\nBest,\nIda',
      'The return on the bond was 3.2%; the fund made 4.1%.',
      'Go to the market and get apples, pears & plums.',
      'Score: 3:2 after penalties => the cup stays in the north.',
    ],
  },
})

/** Texts that hold code. */
export const code: ConceptSource = {
  name: 'code',
  description: 'The text holds source code, a command, a query or markup.',
  definition:
    'Told by a rule, not fitted: fences, and lines that are built like code of the common languages, shell commands, SQL, markup or JSON. Talk about programming without a line of it does not count.',
  version: 1,
  reads: 'any',
  aliases: ['paste code', 'post code', 'share code', 'send code', 'write code'],
  nouns: [
    'source code',
    'code snippet',
    'code block',
    'program code',
    'prompt with code',
    'message with code',
    'answer with code',
  ],
  confusions: [
    'Formulas and pseudo-code',
    'Fences around plain text',
    'Single short lines of code within prose are missed',
  ],
  texts: () => fromTemplates('code', { positives: {}, negatives: {}, byHand: hand }),
  rule: { rule: 'code' },
}
