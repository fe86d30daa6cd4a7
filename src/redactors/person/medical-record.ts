import { cluesIn } from '../clues.ts'
import { matchesAt, wordsBefore } from '../places.ts'
import { digitsOf, type Rule } from '../rule.ts'

/** Names of the number under which a hospital, a practice or an insurer keeps a patient; the second group needs to be called a number. */
const WORDS = new RegExp(
  `(?<![A-Za-z])(?:(${[
    'e?mrns?',
    '(?:medical|health|clinical|hospital|patient)[ _-]?(?:records?|charts?|files?)',
    'fall-?(?:nummer|nr\\.?)',
    'patient(?:en|ë)(?:nummer|[ -]?nr\\.?|kennung|-id)',
    'aufnahmenummer',
    'versicherten(?:nummer|-?nr\\.?)',
    'dossier[ _](?:m[ée]dical|patient)',
    'num[ée]ro[ _]de[ _](?:dossier|patient)',
    'histori(?:a|al)[ _]cl[íi]nic[ao]',
    'nhc',
    'n[úu]mero[ _]de[ _]paciente',
    'prontu[áa]rio',
    'cartella[ _]clinica',
    'journalnummer',
  ].join(
    '|',
  )})|(?:patient|chart|hospital|medical|admission|inpatient|outpatient)(?:['’]?s)?[ _-]?(?:id(?:entifier|entification)?|numbers?|no\\.?|nr\\.?|#))(?![a-z]{2})`,
  'iuy',
)
/** From the word to the number: what it is called once more, a mark, a verb. */
const AFTER =
  /^[ _-]{0,2}(?:(?:identifier|number|num|nummer|numéro|número|id|nos?|nr|n[°º])\.?)?["'’)]{0,2}\s{0,2}(?:(?:[:=#,(-]|is|was|lautet|ist|est|es|é|è)\s{0,2}){0,2}["'’(#]{0,2}((?=[A-Z-]{0,6}\d)[A-Z]{0,5}-?\d[A-Z\d]{0,14}(?:[-/][A-Z\d]{1,10}){0,3})(?![\w@]|[-./]\w)/iu
/** Room for all of that. */
const REACH = 80
/** A day or a span of years, as records have them, too. */
const DATE =
  /^(?:(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/](?:19|20)\d\d|(?:19|20)\d\d[-/](?:19|20)\d\d)$/

const ANCHORS: readonly string[] = [
  ...['mrn', 'record', 'chart', 'patient', 'hospital', 'medical', 'admission', 'health', 'fallnummer', 'fall-nummer'],
  ...['fallnr', 'fall-nr', 'aufnahmenummer', 'versicherten', 'dossier', 'histori', 'nhc', 'paciente', 'prontu'],
  ...['cartella', 'journalnummer', 'nummer'],
]
const PLACES = [[...ANCHORS, 'clinical']]
const cluesOf = cluesIn(PLACES)
/** How far in front of a place a name may begin. */
const BEFORE = 24

/** Medical record numbers: no form of their own, so that only their name tells them. Five digits at least, or four behind `MRN`. */
export const medicalRecord: Rule = {
  name: 'medical-record',
  type: 'MEDICAL_RECORD',
  anchors: ANCHORS,
  digits: 1,
  places: PLACES,
  find(text, hit, { places } = cluesOf(text)) {
    const words = wordsBefore(text, places(0), BEFORE)
    for (const { 0: word, 1: naming, index } of matchesAt(text, words, WORDS)) {
      const end = index + word.length
      const found = AFTER.exec(text.slice(end, end + REACH))
      if (found === null) continue
      const value = found[1] as string
      const least = naming !== undefined && /mrn/i.test(naming) ? 4 : 5
      if (digitsOf(value).length < least || DATE.test(value)) continue
      const to = end + found[0].length
      hit(to - value.length, to, 0.9)
    }
  },
}
