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
