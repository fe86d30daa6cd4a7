/**
 * Every form in which a question may name a concept: its nouns in singular and plural, and its aliases as deeds
 * ("decline": declines, declined, declining). An alias "would not X" stands for every way to say that X was not done.
 */
export function phrasesOf(
  nouns: readonly string[],
  aliases: readonly string[],
): { names: string[][]; deeds: string[][] } {
  const names = nouns.map((noun) => noun.replace(/[_-]+/g, ' ')).flatMap((noun) => [noun, plural(noun)])
  const deeds = aliases.flatMap((alias) => {
    const [, denied] = /^would not (.+)$/.exec(alias) ?? []
    if (denied !== undefined) return DENIALS.map((denial) => `${denial} ${denied}`)
    const [verb = '', ...rest] = alias.split(' ')
    return formsOf(verb).map((form) => [form, ...rest].join(' '))
  })
  const split = (phrases: readonly string[]) => [...new Set(phrases)].map((phrase) => phrase.split(' '))
  return { names: split(names), deeds: split(deeds) }
}

const DENIALS = ['will', 'would', 'do', 'does', 'did', 'can', 'could']
  .flatMap((verb) => [`${verb} not`, `${verb}n't`])
  .concat("won't", "can't", 'cannot')

function formsOf(verb: string): string[] {
  const [third, past, ing] = IRREGULAR[verb] ?? []
  if (third !== undefined) return [verb, third, past!, ing!]
  if (verb.endsWith('e')) return [verb, `${verb}s`, `${verb}d`, `${verb.slice(0, -1)}ing`]
  if (/[^aeiou]y$/.test(verb)) return [verb, `${verb.slice(0, -1)}ies`, `${verb.slice(0, -1)}ied`, `${verb}ing`]
  return [verb, `${verb}${/(s|x|z|ch|sh)$/.test(verb) ? 'es' : 's'}`, `${verb}ed`, `${verb}ing`]
}

const IRREGULAR: Record<string, readonly [string, string, string]> = {
  say: ['says', 'said', 'saying'],
  give: ['gives', 'gave', 'giving'],
  get: ['gets', 'got', 'getting'],
  tell: ['tells', 'told', 'telling'],
  break: ['breaks', 'broke', 'breaking'],
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return `${noun}${/(s|x|z|ch|sh)$/.test(noun) ? 'es' : 's'}`
}
