import type { Reading } from './reading.ts'
import { type Edit, rewrite } from './rewrite.ts'

/**
 * Letters of other scripts that pass for ASCII letters or digits, each with what it passes for: the prototypes of
 * Unicode's confusables (UTS 39), and lower-case Cyrillic and Greek that people use in the same way.
 */
const LOOK_ALIKES = [
  // Cyrillic
  'АA ВB ЕE З3 КK МM НH ОO РP СC ТT УY ХX ЅS ІI ЈJ Ьb ҮY ҺH ԌG ԚQ ԜW ӀI аa б6 вb еe ёe іi кk мm нh оo',
  'рp сc тt уy хx ѕs јj һh ԁd ԛq ԝw ѵv ӏl гr пn үy ӡ3',
  // Greek
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϺM ϜF αa εe ηn ιi κk νv οo ρp σo τt υu χx ωw γy ϲc ϳj',
  'ϱp',
  // Armenian
  'ՏS ԼL ՍU Օ0 օo սu ոn հh ցg զq յj քp',
  // Cherokee
  'ᎠD ᎢT ᎪA ᎫJ ᎬE ᎳW ᎷM ᎻH ᎽY ᏀG ᏃZ Ꮞ4 ᏏB ᏒR ᏔW ᏙV ᏚS ᏞL ᏟC ᏢP ᏦK ᏴB Ꮾ6',
  // Latin beyond ASCII, and letters like digits
  'ıi ɩi ɑa ɡg ɪI ɴN ʀR ʏY ʙB ʜH ʟL ᴀA ᴄC ᴅD ᴇE ᴊJ ᴋK ᴍM ᴏO ᴘP ꜱS ᴛT ᴜU ᴠV ᴡW ᴢZ ƒf ᒿ2 Ƨ2 Ʒ3 Ȝ3 Ƽ5 ƽ5',
  'Ȣ8 ȣ8 Ꝯ9',
]

const PLAIN: ReadonlyMap<string, string> = new Map(
  LOOK_ALIKES.flatMap((row) => row.split(' ').map((pair) => [pair.charAt(0), pair.charAt(1)] as const)),
)
const OTHERS = `[${[...PLAIN.keys()].join('')}]`
const ANY = new RegExp(OTHERS)
const EACH = new RegExp(OTHERS, 'g')
/** One of them beside what no writer of its own script would put there. */
const MIXED = new RegExp(`[A-Za-z0-9_@]${OTHERS}|${OTHERS}[A-Za-z0-9_@]`)

/** Look-alike letters read as the ASCII letters and digits that they pass for, where a text mixes both in one word. */
export const confusables: Reading = {
  name: 'look-alikes',
  worth: ({ wide }) => wide,
  read(text) {
    if (!ANY.test(text) || !MIXED.test(text)) return null
    const edits: Edit[] = []
    for (const { 0: other, index } of text.matchAll(EACH)) {
      edits.push({ start: index, end: index + 1, as: PLAIN.get(other) as string })
    }
    return rewrite(text, edits)
  },
}
