/** Instructions over a pasted text, and answers full of code: what ordinary traffic is long with, and no concept of manner means. */
const PASSAGES = [
  'The Lower Mill of Oster was built in 1764 on the river Lenn by order of the abbot. It ground rye until 1911, when a flood took the wheel. Since 1983 it has housed a small museum of paper, open from April to October.',
  'Marta Velin (born 12 May 1931 in Tolk, died 3 March 2004) was a composer of chamber music. She wrote four string quartets, an opera for children and many songs, and taught harmony at the academy in Brenn for thirty years.',
  'The grey reed hen lives in marshes of the north. It weighs about 300 grams, feeds on snails and seeds, and lays five to seven eggs in a nest of stalks. It is not considered endangered, though its range has shrunk since 1950.',
  'Ordel Motors was founded in 1922 by two brothers as a maker of bicycles. The company went into tractors after the war, was sold in 1974, and lost its name when the new owner closed the plant, which had employed 800 people.',
  'The Treaty of Sandhaven ended the Fish War between the two coastal leagues in 1588. It set a limit for nets, gave the island of Torr to the south, and was renewed eleven times before both leagues were dissolved.',
  'A sorting network is a fixed list of comparisons which sorts any input of a given length. It was first studied in the 1950s; the best ones known for small lengths were found by hand and shown to be best by computer.',
]

export const taskPrompts: readonly string[] = PASSAGES.flatMap((passage) => [
  `[Given|Based on|Using] [this|the|a] [paragraph|reference text|passage|text][ below|], [when|where|why|by whom] was [it|this|he|she] [built|founded|born|written]?\n${passage}`,
  `[Who|What|When|Where] [was|is] [the first owner|the most important fact|the author|the main cause]?\n${passage}`,
  `[Extract|List] [all dates|the names|the key points] [from the text|in bullet points].\n\n${passage}`,
  `[The given|The] [text|sentence] [must|should] be [classified as offensive or not|checked for errors|rewritten politely].\n\n[The lamp works again.|You acted really crazy last night.|My first day at the new job was long.]`,
  `[Give a brief description of|Indicate the genre of|Name the author of|Discuss the origin of] the [book|word|song|film] that [is|has been] given[ to you|].\n\n[Glass Rivers|oblique|The Long Table|far]`,
  `[Provide|Write] a [Java|Python|Ruby] [solution|program] [to|for] the following problem.\n\nGiven a number n, return true if it is [even|a square|prime]. Otherwise, return false.`,
  `When I [open|start] the [browser|editor|game], it [shuts down|does not work|stays grey]. [How can I fix it?|What is wrong?]`,
  `${passage}\n\n[Summarise this in one sentence.|Correct any spelling errors.|Rewrite it for children.|Check it for errors and correct them.]`,
])

export const codeAnswers: readonly string[] = [
  'Here is [a complete|an] example:\n\n```python\ndef merge(a, b):\n    out = \\[\\]\n    while a and b:\n        out.append(a.pop(0) if a\\[0\\] <= b\\[0\\] else b.pop(0))\n    return out + a + b\n```\n\nThe function [takes|merges] two sorted lists and [returns|gives] a new one.',
  'To [add|show] an image, use the img tag:\n\n<img src="[tree|cat|map].jpg" alt="[a tree|a cat|a map]">\n\n- src is the path of the file\n- alt is read aloud where the image cannot be seen',
  'The `==` operator compares [references|identity], while `equals()` compares [values|contents]. For example, `a == b` may be false although `a.equals(b)` is true.',
  'In LaTeX, \\\\tableofcontents makes a table of contents from the sections:\n\n```latex\n\\\\documentclass\\{article\\}\n\\\\begin\\{document\\}\n\\\\tableofcontents\n\\\\section\\{Introduction\\}\nText of the introduction.\n\\\\end\\{document\\}\n```',
  '```yaml\nname: build\non: push\njobs:\n  test:\n    runs-on: linux\n    steps:\n      - run: npm ci\n      - run: npm test\n```\n\nThis workflow [installs|builds] and tests at each push.',
  'The bug is that the loop [starts at 1|never ends]. Move the line below it:\n\n```js\nfor (let i = 0; i < list.length; i++) \\{\n  console.log(list\\[i\\])\n\\}\n```',
  'SELECT name, sum(amount) FROM orders WHERE year = [2021|2022] GROUP BY name ORDER BY 2 DESC; -- [largest first|one row for each customer]',
  'Substitute x = 2: f(2) = 5 · 8 − 3 · 2 + 4 = 38. So the value is 38.',
  '[1. Walking|The sky is blue.|Sure! Here are five titles: 1. "Far Water" 2. "Glass" 3. "The Long Table" 4. "North" 5. "Bread"]',
  '1. "This paper aims to show that"\n2. "The purpose of this study is to test"\n3. "This report investigates"\n4. "The following article presents"',
]

/** Answers of few words, which say nothing of any manner: names, lists, facts, art of letters. */
export const shortAnswers: readonly string[] = [
  '[Of course|Sure|Certainly|Yes|No|Right|Hello|Done|OK][!|.| What would you like to know?| How can I help you today?]',
  '[Not offensive|Positive|Neutral|False|True|The second one|Both][.|]',
  'Some antonyms [for|of] "[glad|tight|bold|praising]" [are|could be]:\n\n* [sad|loose|shy|blaming]\n* [gloomy|slack|meek|scolding]\n* [refusing|denying|neglecting|failing]',
  'Synonyms: [truly, sincerely, honestly|quick, fast, swift|laugh, fun, dance, food], [frankly|rapid|music].',
  '#[science|baking|travel|womenintech|girlpower] #[labday|bread|sea|engineers|stem] #[instagood|homemade|sunset|inspiring] #[community|weekend|islands|learning]',
  'Sure! Here is a [simple |]cat in ASCII art:\n\n```\n /\\_/\\\n( o.o )\n > ^ <\n```\n\nI hope you like it!',
  'Some countries that start with [S|P|B] are:\n- [Spain|Peru|Brazil]\n- [Sweden|Poland|Belgium]\n- [Sudan|Portugal|Bulgaria]',
  '[Poland, Hungary, Estonia and Latvia|France and Spain|Norway, Denmark and Iceland] [joined later|share a border|have a coast].',
  '[Neural networks|Reptiles|Volcanoes|Nuclear families|Romans|Spear heads] are [systems|animals|mountains|groups|people|tools] [inspired by the brain|with scales|of fire|of parents and children|of an old empire|of stone].',
  'If you like [the Beatles|old jazz|folk], you might also enjoy [the Kinks|Dixieland|a fiddle band][ or the Byrds| or swing|].',
  'The [bridge|tower|dam|road] [opened|was finished] in [1974|1911|1936] and is [2.5 miles|80 metres|four kilometres] long[ and two lanes wide|].',
  '[North|South|East] of the [lake|village|river], since the [lake|village|river] lies [south|north|west] of it.',
  '[Arthur|Marta|Santiago|Agnes] [Hoerl|Brady|Lund|Velin][ and his brother| won three times in a row| directed it|]',
  '[They are the same.|It depends.|There are three.|It is an abstract data type.|That was in 1999.|They met in Rome.|There are ]',
  'public boolean [isPower|isEven](int n) \\{ return n % [3|2] == 0; \\}',
  '=IF(C[7|2|9]="[USA|Oslo|yes]", [1|"x"|B2], "")',
  'Your [honesty|patience|courage] is [admirable|a gift to us all]. [Whoever works with you is lucky.|]',
  '(Verse 1)\nIn the [darkness|morning|valley] a [light|bell|voice] did [shine|ring|call],\na love that never [fades|ends|falls]',
  'Two things are [said to be |]infinite: the [universe|sea] and human [stupidity|hope].',
  'What [type|size|kind] of [blinds|oven|garden] do you [have|want]?',
  'To [generat|estimat|answ]',
]
