import type { Facts } from '../../core/concept.ts'

/**
 * Whether an answer stops before its end, or is none: by the reason that the model gave for stopping, else by how the
 * text ends. An answer that is blank because the model called a tool is whole.
 */
export function truncated(text: string, { finish_reason = '' }: Facts): number {
  const reason = finish_reason.toLowerCase().replace(/[^a-z]/g, '')
  if (OUT_OF_ROOM.has(reason)) return 0.98
  const end = text.trimEnd()
  if (end.trim() === '') return TOOLS.has(reason) ? 0.02 : 0.95
  const p = byEnding(end)
  // a model that says that it was done mostly was
  return DONE.has(reason) ? p * 0.6 : p
}

const OUT_OF_ROOM = new Set([
  'length',
  'maxtokens',
  'maxlength',
  'maxoutputtokens',
  'modellength',
  'modelcontextwindowexceeded',
  'incomplete',
])
const DONE = new Set([
  'stop',
  'endturn',
  'eos',
  'eostoken',
  'stopsequence',
  'complete',
  'completed',
  'finished',
  'toolcalls',
  'tooluse',
])
const TOOLS = new Set(['toolcalls', 'tooluse', 'functioncall', 'pauseturn'])

/** Words after which more has to come. */
const OPEN_WORD =
  /(?:^|\s)(?:a|an|the|and|or|but|of|to|in|on|at|by|for|with|from|as|is|are|was|were|be|been|has|have|had|will|would|can|could|should|may|might|that|which|who|whose|because|if|when|while|than|into|about|its|their|his|her|your|our|my|this|these|those|not|such|so|also|very|more|most|your)$/i
/** Marks that end a text: of sentences, of brackets, quotations and fences, of tables and emphasis. */
const CLOSED = /(?:[.!?…。！？؟।:](?:["'”’»)\]*_~]|\s)*|["”’»)\]}>*_~|;`]|\p{Extended_Pictographic}\p{M}*)$/u
const LIST_ITEM = /^\s*(?:[-*•–]|\d{1,3}[.)]|[a-z][.)]|\|)\s/i
const HEADING = /^\s*(?:#{1,6}\s|\*\*)/
const SENTENCE_END = /[.!?](?:["”')\]]*)(?:\s|$)/g

/** Texts of fewer words are titles, names and numbers, which need no full stop. */
const SHORT = 12

function byEnding(text: string): number {
  if ((text.match(/^\s*(?:```|~~~)/gm) ?? []).length % 2 === 1) return 0.9
  if (/[,([{–—]$|\s-$/.test(text)) return 0.92
  const last = text.slice(text.lastIndexOf('\n') + 1)
  const words = text.split(/\s+/, SHORT * 40).length
  if (CLOSED.test(text))
    return words > SHORT && /[^.]\.\.\.$/.test(text) ? 0.3 : /:$/.test(text) && words > SHORT ? 0.35 : 0.03
  if (/^```/m.test(text) && !LIST_ITEM.test(last)) return 0.15
  if (OPEN_WORD.test(text)) return words > 4 ? 0.93 : 0.6
  if (words <= SHORT) return 0.06
  if (HEADING.test(last) || /^https?:\S+$/.test(last)) return 0.2
  const stops = (text.match(SENTENCE_END) ?? []).length
  if (LIST_ITEM.test(last)) {
    // a list whose other items end in a full stop breaks off where the last does not
    const items = text
      .split('\n')
      .filter((line) => LIST_ITEM.test(line))
      .slice(0, -1)
    const stopped = items.filter((item) => /[.!?]["”')]*\s*$/.test(item)).length
    return items.length >= 1 && stopped > items.length / 2 ? 0.85 : last.split(/\s+/).length > 12 ? 0.4 : 0.08
  }
  // prose that put a full stop behind every other sentence
  return stops >= 1 && last.split(/\s+/).length >= 3 ? 0.85 : words > 40 ? 0.5 : 0.2
}
