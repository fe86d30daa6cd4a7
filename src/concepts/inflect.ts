/** Every form of a verb: "decline", declines, declined, declining. */
export function formsOf(verb: string): string[] {
  const irregular = IRREGULAR[verb]
  if (irregular !== undefined) return [verb, ...irregular]
  if (verb.endsWith('e')) return [verb, `${verb}s`, `${verb}d`, `${verb.slice(0, -1)}ing`]
  if (/[^aeiou]y$/.test(verb)) return [verb, `${verb.slice(0, -1)}ies`, `${verb.slice(0, -1)}ied`, `${verb}ing`]
  const doubled = DOUBLED.has(verb) ? verb + verb.at(-1) : verb
  return [verb, `${verb}${/(s|x|z|ch|sh)$/.test(verb) ? 'es' : 's'}`, `${doubled}ed`, `${doubled}ing`]
}

/** Verbs that write their last letter twice before an ending. */
const DOUBLED: ReadonlySet<string> = new Set(['admit', 'skip', 'stop', 'omit', 'drop'])

const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  be: ['is', 'are', 'was', 'were', 'been', 'being'],
  break: ['breaks', 'broke', 'broken', 'breaking'],
  cut: ['cuts', 'cutting'],
  do: ['does', 'did', 'done', 'doing'],
  forget: ['forgets', 'forgot', 'forgotten', 'forgetting'],
  get: ['gets', 'got', 'gotten', 'getting'],
  give: ['gives', 'gave', 'given', 'giving'],
  go: ['goes', 'went', 'gone', 'going'],
  leave: ['leaves', 'left', 'leaving'],
  make: ['makes', 'made', 'making'],
  read: ['reads', 'reading'],
  say: ['says', 'said', 'saying'],
  see: ['sees', 'saw', 'seen', 'seeing'],
  steal: ['steals', 'stole', 'stolen', 'stealing'],
  tell: ['tells', 'told', 'telling'],
  write: ['writes', 'wrote', 'written', 'writing'],
}

/** The plural of a noun, by its ending. */
export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return `${noun}${/(s|x|z|ch|sh)$/.test(noun) ? 'es' : 's'}`
}
