/** Whether a text holds source code, a command, a query or markup: by fences, and by lines that are built like code. */
export function code(text: string): number {
  const read = text.length > MOST ? text.slice(0, MOST) : text
  const lines = read.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return 0
  let plain = 0
  for (const line of lines) plain += Math.min(signsIn(line), 3)
  const fenced = /^\s*(?:```|~~~)/m.test(read) ? 3 : 0
  const inline = Math.min((read.match(/`[^`\n]{2,80}`/g) ?? []).filter((span) => /[^\w\s`.,'-]/.test(span)).length, 2)
  const score = fenced + inline + Math.min(plain, 6)
  return 1 / (1 + Math.exp(1.9 - 1.1 * score))
}

/** Characters that are read. */
const MOST = 16_384

/** Signs of code in one line, by weight: some are proof enough, others need company. */
const SIGNS: readonly (readonly [RegExp, number])[] = [
  [/^\s*(?:def|class|async def)\s+\w+.*:\s*(?:#.*)?$/, 3],
  [/^\s*(?:from\s+[\w.]+\s+import\s+\S|import\s+[\w.{}*, ]+(?:;|\s+from\s+['"]|$)(?!\s*\w))/, 2],
  [/^\s*(?:#include\s*[<"]|using namespace|package\s+[\w.]+;|public\s+(?:static\s+)?(?:class|void|int)\b)/, 3],
  [/\b(?:function\s*\w*\s*\([^)]*\)\s*\{|(?:const|let|var)\s+[\w${}[\], ]+\s*=\s*\S)/, 3],
  [/=>\s*[{(\w]/, 2],
  [/\bselect\b[\s\S]{1,120}\bfrom\b\s+[\w."`]+(?:\s+(?:where|join|group|order|limit|as|inner|left)\b|\s*;|\s*$)/i, 2],
  [/^\s*(?:insert into|create (?:table|index|view)|alter table|drop table|delete from|update \w+ set)\b/i, 3],
  [/<\/?(?:div|span|html|body|head|script|style|table|tr|td|ul|li|a|p|h[1-6]|button|input|form|img|svg)\b[^>]*>/i, 2],
  [/^\s*(?:\$|>>>|PS>)\s*\w[\w-]*(?:\s|\()/, 2],
  [
    /^\s*(?:sudo|apt|apt-get|pip|npm|npx|yarn|git|docker|kubectl|curl|chmod|mkdir|cd|ls|grep|ssh|brew|cargo|go|make)\s+(?:-{1,2}\w|[\w./-]+(?:\s+-{1,2}\w|\s*$|\/|\.\w))/,
    1.5,
  ],
  [/[\w)\]'"]\s*;\s*(?:\/\/.*)?$/, 1],
  [/^\s*[\w.[\]]+\s*(?:[-+*/|&]?=)(?!=)\s*[\w"'[({-].*[\w"'\])}]\s*(?:#.*)?$/, 1],
  [/\b\w+(?:\.\w+)*\((?:[^()\s]|,\s|\s?=\s?)*\)(?!\w)/, 1],
  [/\b(?:if|for|while|switch)\s*\([^)]*\)\s*\{?/, 1.5],
  [/^\s*(?:if|for|while|elif|else|try|except|with)\b.*:\s*$/, 1],
  [/(?:===|!==|&&|\|\||!=|==|->|::|\+\+|\+=)/, 1],
  [/^\s*[}\])]+[;,)]*\s*$/, 1],
  [/^\s*(?:\/\/|\/\*|#!\/)/, 1],
  [/^\s*[.#]?[\w-]+\s*\{\s*(?:[\w-]+\s*:\s*[^;]+;)?/, 1],
  [/^\s*"[\w-]+"\s*:\s*(?:["{[\d]|true|false|null)/, 1],
  [/^\s*return\b.*[\w)\]'"]\s*;?\s*$/, 0.8],
  [/\\(?:begin|frac|sqrt|documentclass|usepackage)\{/, 1],
]

function signsIn(line: string): number {
  const read = line.length > 400 ? line.slice(0, 400) : line
  // a line without a sign, bracket or keyword is told by one look
  if (
    !/[;{}()<>=$#/\\":]|^\s*(?:import|from|return|def|class|sudo|git|npm|pip|select|create|drop|docker|curl)\b/i.test(
      read,
    )
  )
    return 0
  let sum = 0
  for (const [sign, weight] of SIGNS) if (sign.test(read)) sum += weight
  return sum
}
