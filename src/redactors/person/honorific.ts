import { pattern } from '../../core/pattern.ts'
import { cluesIn } from '../clues.ts'
import { matchesAt } from '../places.ts'
import type { Rule } from '../rule.ts'
import { canonicalName, NAME, nameLength } from './name-words.ts'

/** Written with a capital, with or without a full stop. */
const TITLE =
  '(?:M(?:[rsx]|rs|iss|me|lle|adame|onsieur)|Dr|Prof|Professor|Professeur|Doctor|Docteur|Doktor|Frau|Herrn?|Hr|Fr|Sr|Sra|Srta|Señora?|Señorita|Signora?|Sig|Sig\\.ra|Dott|Dott\\.ssa|Dhr|Mevr|Mevrouw|Meneer|Rev|Reverend)'
/** French for Mr., which alone may be an initial. */
const MONSIEUR = '(?<!\\p{Lu}[\\p{L}.]{0,20} )M\\. (?=\\p{Lu}\\p{Ll})'
const ADDRESSED = pattern(`(?<![\\p{L}\\p{N}_.])(?:(?:${TITLE}(?:\\.[ \\t]?|[ \\t])){1,3}|${MONSIEUR})(${NAME})`, 'uy')
/** Behind a title, and nobody; known brands and characters of whom nobody needs to be protected. */
const NOBODY =
  /^(?:President|Speaker|Chair(?:man|woman|person)?|Secretary|Minister|Ambassador|Chancellor|Justice|Judge|Mayor|Universe|World|America|USA|Right|Wrong|Perfect|Pepper|Who|Potato|Bean|Robot|Clean|Coffee|Martens|Seuss|Dre|Doom|Strange|Evil|Manager|Sir|Or|And|The|Mrs?|Ms|X|I|You|Du|In|Of|Tech|Sc|Phil|Ed|Eng|Arch|Com|Div|Stat)(?!\p{L})/u
/** Two small letters of names that lost their capitals; the stop is needed, as are both words. */
const SMALL =
  /(?<![\p{L}\p{N}_.])(?:mr|mrs|ms|dr|prof)\. (\p{Ll}[\p{L}'’-]{2,24} \p{Ll}[\p{L}'’-]{2,24})(?=[?!.,;:)\n]|$)/uy

const PLACES = [
  (
    'mr ms mx mrs miss mme mlle madame monsieur m dr prof professor professeur doctor docteur doktor frau herr herrn hr fr sr ' +
    'sra srta señor señora señorita signor signora sig sig.ra dott dott.ssa dhr mevr mevrouw meneer rev reverend'
  )
    .split(' ')
    .flatMap((title) => [`${title}.`, `${title} `, `${title}\t`]),
]
const cluesOf = cluesIn(PLACES)

/** Whoever is addressed by a title: `Mr. Hall`, `Prof. Dr. Ada Nowak`, `Frau Weiß`. The title goes with the name. */
export const honorific: Rule = {
  name: 'name-with-title',
  type: 'PERSON',
  anchors: [
    ...[
      'mr.',
      'mr ',
      'mrs',
      'ms.',
      ' ms ',
      '\nms ',
      'mx.',
      'mx ',
      'miss ',
      'mme ',
      'mme. ',
      'mlle',
      'madame ',
      'monsieur ',
      ' m. ',
    ],
    ...['dr.', 'dr ', 'prof.', 'prof ', 'professor ', 'professeur ', 'doctor ', 'docteur ', 'doktor ', 'frau ', 'herr'],
    ...['hr.', 'fr.', 'sr.', 'sr ', 'sra ', 'sra.', 'srta', 'orita ', 'signor', 'sig.', 'dott', 'dhr', 'mevr'],
  ],
  places: PLACES,
  canonical: canonicalName,
  find(text, hit, { places } = cluesOf(text)) {
    for (const { 0: all, 1: name = '', index } of matchesAt(text, places(0), ADDRESSED())) {
      if (NOBODY.test(name)) continue
      const length = nameLength(name, 1, 1)
      if (length > 0) hit(index, index + all.length - name.length + length, 0.9)
    }
    for (const { 0: all, index } of matchesAt(text, places(0), SMALL)) hit(index, index + all.length, 0.7)
  },
}
