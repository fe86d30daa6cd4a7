/**
 * Whether a text holds financial data in rows: a statement, a ledger, a list of accounts or transactions. Rows with
 * amounts alone are any table, and words of accounting alone any talk; it takes both.
 */
export function structuredFinancial(text: string): number {
  const read = text.length > MOST ? text.slice(0, MOST) : text
  let [rows, named] = [0, 0]
  for (const line of read.split('\n')) {
    if (line.length > 400 || !/\d/.test(line)) continue
    const amounts = (line.match(AMOUNT) ?? []).length
    const cells = line.split(CELLS).filter((cell) => cell.trim() !== '').length
    if (amounts === 0 || (cells < 2 && !LEADER.test(line))) continue
    rows++
    if (TERM.test(line)) named++
  }
  if (rows < 2) return rows === 1 && named === 1 ? 0.1 : 0.01
  const terms = new Set([...read.matchAll(TERMS)].map(([term]) => term.toLowerCase()))
  // "total" and "price" stand in any estimate; a word that only accounts use must be among them
  const strong = ACCOUNTING.test(read) ? 0 : 2.5
  const score =
    0.5 * Math.min(rows, 6) + 0.7 * Math.min(named, 4) + 0.7 * Math.min(terms.size, 6) + (MONEY.test(read) ? 1 : 0)
  return 1 / (1 + Math.exp(4.3 + strong - score))
}

/** Characters that are read. */
const MOST = 16_384
/** A number as amounts are written: grouped, with cents, with a currency or in the brackets of a loss; or four digits and more that are no year. */
const AMOUNT =
  /(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY)\s?)\(?-?\d[\d.,' ]*|\(?-?\b\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{1,2})?\b\)?|-?\b\d+[.,]\d{2}\b|\b(?!(?:19|20)\d{2}\b)\d{4,}\b/g
/** What stands between the cells of a row. */
const CELLS = /\||\t|;| {2,}|,(?=\S)|: /
/** "Rent ..... 1,200" and "Rent: 1,200" are rows too. */
const LEADER = /\.{3,}|:\s*[$€£]?\(?-?\d/
const MONEY = /[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY|million|thousand|in 000s?)\b/i
const WORDS =
  'revenues?|turnover|sales|cost of goods|cogs|expenses?|gross|net|profit|loss|income|ebitda?|assets?|liabilit(?:y|ies)|equity|balance|debit|credit|account|iban|invoice|subtotal|total|tax|vat|cash|depreciation|payables?|receivables?|opening|closing|ledger|posting|dividends?|interest|principal|loan|payment|transfer|deposit|withdrawal|salary|payroll|rent|budget|forecast|shares?|portfolio|holding|bond|price|amount|due|paid|fiscal|q[1-4]|fy ?d{2,4}|soll|haben|saldo'
const TERM = new RegExp(`\\b(?:${WORDS})\\b`, 'i')
const TERMS = new RegExp(`\\b(?:${WORDS})\\b`, 'gi')
const ACCOUNTING =
  /\b(?:revenues?|turnover|cost of (?:goods|sales)|cogs|gross|net (?:profit|income|pay)|ebitda?|liabilit(?:y|ies)|equity|balance|debit|credit|iban|invoice|subtotal|vat|depreciation|payables?|receivables?|ledger|dividends?|withdrawal|salary|payroll|ticker|portfolio|fiscal|saldo)\b/i
