import { seeded } from '../../../src/stats/seeded.ts'

const SYLLABLES =
  'ba be bi bo da de di do fa fe fi fo ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri ro sa se'.split(' ')

/** Words by chance, the same ones for the same seed. */
export function wordsBy(seed: number): (n: number) => string {
  const random = seeded(seed)
  const syllable = () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]!
  return (n) => Array.from({ length: n }, () => syllable() + syllable() + syllable()).join(' ')
}

/** The same words in another dress: capitals, commas, lines, marks of layout, accents that are written otherwise. */
export const dressed = (text: string): string =>
  text
    .split(' ')
    .map((word, i) => {
      const dress = [
        word.toUpperCase(),
        `**${word}**`,
        `${word},`,
        `"${word}"`,
        `\n\n- ${word}`,
        word.normalize('NFD'),
        word,
      ]
      return dress[i % dress.length]
    })
    .join(' ')
