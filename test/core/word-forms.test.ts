import { expect, it } from 'vitest'
import { eachWord, indexedForm, phraseOf } from '../../src/core/word-forms.ts'

const wordsOf = (text: string) => {
  const words: string[] = []
  eachWord(text.normalize('NFC'), ({ text: word }) => words.push(word))
  return words
}

it.each([
  ['lower case, and cuts at signs', 'Foo_bar(x-1)', ['foo', 'bar', 'x', '1']],
  ['Latin letters without their marks', 'Čeština naïve Ångström', ['cestina', 'naive', 'angstrom']],
  [
    'letters that are more than marked as they are spelt',
    'Straße Œuvre Łódź smørrebrød',
    ['strasse', 'oeuvre', 'lodz', 'smorrebrod'],
  ],
  ['marks that follow their letter', 'e\u0301te\u0301', ['ete']],
  ['both forms of sigma, and no tonos', 'Ελληνικός', ['ελληνικοσ']],
  ['a Turkish capital as any other', 'İSTANBUL ışık', ['istanbul', 'isik']],
  ['no stress in Russian, but every letter of it', 'край ёлка за\u0301мок', ['край', 'елка', 'замок']],
  ['no vowel points of Arabic and Hebrew', 'مُحَمَّد שָׁלוֹם', ['محمد', 'שלום']],
  ['vowels of Devanagari as part of the word', 'हिन्दी', ['हिन्दी']],
  ['full width as half', 'ＡＢＣ１２', ['abc12']],
  ['ligatures as their letters', 'ﬁn', ['fin']],
  ['Chinese in pairs, and the last letter', '数据库', ['数据', '据库', '库']],
  ['half-width Japanese as full', 'ﾃﾞｰﾀ', ['デー', 'ータ', 'タ']],
  ['Latin beside Chinese', 'GPU温度80度', ['gpu', '温度', '度', '80', '度']],
  ['Korean in pairs', '서울은', ['서울', '울은', '은']],
  ['nothing of signs', '→ {}; 🙂', []],
])('reads %s', (_, text, words) => {
  expect(wordsOf(text)).toEqual(words)
})

it('tells where a word stands', () => {
  const text = 'Das Ö und 東京'
  const places: string[] = []
  eachWord(text, ({ start, end }) => places.push(text.slice(start, end)))
  expect(places).toEqual(['Das', 'Ö', 'und', '東京', '京'])
})

it('reads a run of a script without spaces in one piece, however long it is', () => {
  const text = '数据'.repeat(400)
  const words = wordsOf(text)
  expect(words).toHaveLength(800)
  expect(new Set(words)).toEqual(new Set(['数据', '据数', '据']))
})

it('gives the index what it cuts into the same words', () => {
  for (const text of ['Plain, ASCII_text!', 'Größe der Datei', `${'x'.repeat(600)} end`])
    expect(
      indexedForm(text)
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word !== ''),
    ).toEqual(wordsOf(text))
})

it('makes a phrase of a term, which goes on where one letter cannot be told from the beginning of a pair', () => {
  expect(phraseOf('Capital of FRANCE')).toEqual({ words: ['capital', 'of', 'france'], open: false })
  expect(phraseOf('東京')).toEqual({ words: ['東京'], open: false })
  expect(phraseOf('猫')).toEqual({ words: ['猫'], open: true })
  expect(phraseOf('東京 tower')).toEqual({ words: ['東京', '京', 'tower'], open: false })
  expect(phraseOf('req-9f*')).toEqual({ words: ['req', '9f'], open: true })
  expect(phraseOf('select *')).toEqual({ words: ['select'], open: false })
  expect(phraseOf('->')).toBeNull()
})

it('takes linear time and bounded stack over hostile text', () => {
  for (const unit of ['a', '数', 'e\u0301', '\u0301', 'ไ', '\u{10ffff}', '\ud800'])
    expect(() => indexedForm(unit.repeat(500_000))).not.toThrow()
})
