import { byHand, fromTemplates } from './from-templates.ts'
import type { ConceptSource } from './source.ts'

const hand = byHand({
  heldOut: {
    positives: [
      'The three main causes of the war were the quarrel over the succession, the debts of the crown, and the',
      'To install it, download the archive, unpack it into a folder of your choice, and then open the settings where you',
      '```python\ndef total(items):\n    result = 0\n    for item in items:\n        result +=',
      '1. Preheat the oven to 200 degrees.\n2. Mix flour and butter until it crumbles.\n3. Add the eggs one by one and stir until the dough is smooth.\n4. Roll it out to about half a centi',
      'She opened the door and saw that the room was empty. The lamp was still warm. On the table lay a letter, and she',
      'Dear Ms Kern,\n\nThank you for your message of 3 May. We have looked into the matter and would like to',
      'There are several ways to do this. The first one is to use a hash map, which gives constant time look-ups (',
      'Photosynthesis takes place in two stages. In the first one, light is turned into chemical energy. In the second one, this energy drives the making of sugar from carbon diox',
      '| Month | Rain |\n|---|---|\n| January | 40 |\n| February | 38 |\n\nThe table shows that rain is least in',
      'Yes, that is possible. You would have to ask the registry for a copy, bring your passport, and pay a fee of about 20 euros. After that, the office will send you',
      'The poem has four stanzas. Each of them begins with a question, and the last one answers all of them with a single word, which is',
      'Here is the letter in French:\n\nChère Madame,\n\nJe vous remercie de votre lettre et je vous confirme que la réunion aura lieu mardi prochain à dix heures dans la salle',
      'First of all, make a backup. Then stop the service, replace the file, and start it again. If it does not start, check the log for errors, because',
      'Both plans have their merits: plan A is cheaper, plan B is',
      '{"name": "Oster", "population": 4100, "rivers": ["Lenn", "Oss',
    ],
    negatives: [
      'Paris',
      'Yes.',
      '42',
      'The capital of Norway is Oslo',
      '1. Eggs\n2. Milk\n3. Bread',
      'Here is the function:\n\n```js\nconst double = (x) => 2 * x\n```',
      'Far Water: A Novel of the Northern Coast',
      'The three main causes were the succession, the debts of the crown and the weak harvest.',
      'Sure! Which language should I use?',
      '| Month | Rain |\n|---|---|\n| January | 40 |\n| February | 38 |',
      'I can help with that. See https://example.org/guide/install',
      'She opened the door. The room was empty. “At last,” she said.',
      'Best regards,\nThe Support Team',
      'SELECT name FROM towns WHERE people > 1000;',
      '- quick to learn\n- cheap\n- works offline',
      'That’s all for today — see you tomorrow! 🙂',
      '东京是日本的首都。',
      'It depends on the kind of wood: pine takes two coats, oak takes one.\n\nLet me know if you need more (I have a list).',
      'Roses are red,\nviolets are blue,\nthe kettle is singing,\nand so are you',
      'true',
    ],
  },
})

/** Answers that break off, or that are blank. */
export const truncated: ConceptSource = {
  name: 'truncated',
  description: 'The answer breaks off before its end, or is blank.',
  definition:
    'Told by a rule, not fitted: finish_reason says that room ran out, the answer is blank and no tool was called, or its text ends within a sentence, a bracket or a fence. An answer that was cut exactly behind a full stop shows only by finish_reason.',
  version: 1,
  reads: 'response',
  aliases: [
    'break off',
    'get cut off',
    ...['in middle of sentence', 'mid sentence', 'in middle', 'abruptly', 'too early', 'early'].flatMap((where) =>
      ['stop', 'end', 'break off'].map((deed) => `${deed} ${where}`),
    ),
    'model say nothing',
  ],
  nouns: [
    'truncated answer',
    'unfinished answer',
    'blank answer',
    'truncation',
    'incomplete answer',
    'empty answer',
    'cut off answer',
  ],
  confusions: [
    'Long answers without a full stop at the end',
    'Verse and lists, which need none',
    'Cuts behind a full stop, without finish_reason',
  ],
  texts: () => fromTemplates('truncated', { positives: {}, negatives: {}, byHand: hand }),
  rule: { rule: 'truncated', blank: true },
  outside: [
    {
      // answers of this set were cut at 3,000 characters; the few that a model broke off earlier count against the rule
      name: 'alpaca_eval, cut at 3,000 characters',
      file: 'chat_traffic/alpaca_eval_1.jsonl.gz',
      language: 'en',
      fit: 0,
      read({ id, response }) {
        if (!/[08]$/.test(id as string) || typeof response !== 'string' || response === '') return null
        return { text: response, label: [...response].length >= 3_000, group: id as string }
      },
    },
  ],
}
