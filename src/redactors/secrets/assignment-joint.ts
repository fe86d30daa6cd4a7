/**
 * How a value is joined to the name in front of it: `assigned` (an assignment, a comparison, the next argument, a sentence
 * that quotes), `typed` (an assignment behind a type), `paired` (the name is a value itself, and `value` follows),
 * `below` (a block of YAML), `member` (the field `value` of an object), `list` (the first of several).
 */
export type AssignmentForm = 'assigned' | 'typed' | 'paired' | 'below' | 'member' | 'list'

export interface AssignmentJoint {
  form: AssignmentForm
  /** What stands between name and value; never empty. */
  text: string
}

const QUOTE = '\\\\{0,3}["\'`]'
/** What may close the name: quotes, a bracket, the length of an array. */
const CLOSE = '(?:\\\\{0,3}["\'`\\])]{1,3}|\\[\\d{0,4}\\])?'
const LITERAL = `(?=[bfnru]{0,2}${QUOTE})`

/** The forms in the order in which they are tried; each is looked for at one place. */
const FORMS: readonly (readonly [form: AssignmentForm, expression: RegExp])[] = (
  [
    ['paired', `${CLOSE},?\\s{0,24}(?<=[\\s,])(?:${QUOTE})?[Vv]alue(?:${QUOTE})?\\s{0,8}[=:]\\s{0,8}`],
    [
      // `password: String = "…"`, `password: &str = "…"`, `password string = "…"`; behind a quote it would be an attribute
      'typed',
      `(?:\\s{0,4}:\\s{0,4}|\\s)&?(?:'static\\s)?[A-Za-z_][\\w.]{0,32}(?:<[\\w, ]{0,24}>|\\[\\])?\\??\\s{0,4}=\\s{0,4}${LITERAL}`,
    ],
    ['below', `${CLOSE}\\s{0,4}:\\s{0,4}[|>][+-]?[ \\t]{0,4}\\r?\\n[ \\t]{1,24}`],
    ['member', `${CLOSE}\\s{0,4}:\\s{0,4}\\{\\s{0,24}${QUOTE}value${QUOTE}\\s{0,4}:\\s{0,4}(?=${QUOTE})`],
    ['list', `${CLOSE}\\s{0,4}(?::|=>?)\\s{0,4}\\[\\s{0,24}(?=${QUOTE})`],
    [
      'assigned',
      `${CLOSE}\\s{0,24}(?::{1,2}=|[?!]={1,2}|\\|\\|=?|={1,3}>?|->|:|,(?=\\s{0,4}${QUOTE})|(?<=\\s)(?:is|was|are|ist|est|es)(?=[\\s:]{1,3}["'\`])|(?<=\\s)for\\s[^\\n:;]{3,60}?\\s(?:is|was)(?=[\\s:]{1,3}["'\`]))\\s{0,24}|\\(\\s{0,4}(?=${QUOTE})|>\\s{0,24}<[Vv]alue>|>(?=[^\\s<>])|\\s{1,4}(?=[^\\s-])`,
    ],
  ] as const
).map(([form, source]) => [form, new RegExp(source, 'y')])

/** What joins a value to the name that ends at an offset; null where nothing does. */
export function assignmentJointAt(text: string, end: number): AssignmentJoint | null {
  for (const [form, expression] of FORMS) {
    expression.lastIndex = end
    const found = expression.exec(text)?.[0]
    if (found !== undefined && found !== '') return { form, text: found }
  }
  return null
}
