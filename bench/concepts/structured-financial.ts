import { byHand, fromTemplates } from './from-templates.ts'
import type { ConceptSource } from './source.ts'

const hand = byHand({
  heldOut: {
    positives: [
      '| Item | 2022 | 2023 |\n|---|---|---|\n| Revenue | 1,204,000 | 1,310,500 |\n| Cost of sales | (640,200) | (702,900) |\n| Net profit | 211,300 | 240,100 |',
      'Date;Account;Debit;Credit\n2023-01-04;1200 Bank;500.00;\n2023-01-04;8400 Sales;;500.00',
      'Rent: 1,450.00\nElectricity: 92.40\nInsurance: 61.15\nTotal: 1,603.55',
      'Assets\n  Cash               12,400\n  Receivables        33,950\n  Inventory          18,000\nLiabilities\n  Payables           21,700\n  Loan               25,000',
      'Invoice 20231\nConsulting\t12 h\t1,440.00 EUR\nTravel\t\t212.50 EUR\nSubtotal\t1,652.50 EUR\nVAT 19%\t313.98 EUR\nAmount due\t1,966.48 EUR',
      '01.02. Opening balance .......... 2,310.44\n03.02. Card payment grocer ...... -48.20\n05.02. Salary ................... 3,120.00\n28.02. Closing balance .......... 5,382.24',
      'ticker,shares,price,value\nAAB,120,31.40,3768.00\nCCD,15,210.10,3151.50\ntotal,,,6919.50',
      'Summarise this payroll:\nname | gross | tax | net\nclerk | 3,100.00 | 702.00 | 2,398.00\ndriver | 2,850.00 | 611.00 | 2,239.00',
      'Q1 revenue: $4.2 million, expenses: $3,900,000\nQ2 revenue: $4.6 million, expenses: $4,050,000',
      'EBITDA | 12,300 | 14,100\nDepreciation | 3,000 | 3,200\nInterest | 1,100 | 900\n(in thousand EUR)',
    ],
    negatives: [
      '| City | People |\n|---|---|\n| Oster | 41,000 |\n| Brenn | 122,300 |',
      'What is a balance sheet, and how does it differ from an income statement?',
      'I earn 3,100 a month and owe my bank 12,000.',
      'Distance: 12,400 m\nTime: 45.30 min\nPulse: 151',
      'id,name,score\n1,ada,93.50\n2,ben,88.25\n3,cy,71.00',
      'Revenue rose by four percent last year, while costs were flat.',
      'Flour: 1,000 g\nButter: 250.00 g\nSugar: 125.50 g',
      '2021: founded\n2022: first customers\n2023: ten employees',
      'const total = price * amount; // 12.50 * 3',
      'The account was opened in 1998 and closed in 2004.',
      'Altitude;Pressure\n1000;898.70\n2000;794.90\n3000;701.10',
      'Dear Sir, please pay the invoice of 3 May. Kind regards',
    ],
  },
})

/** Statements, ledgers and lists of accounts. */
export const structuredFinancial: ConceptSource = {
  name: 'structured-financial',
  description:
    'The text holds financial data in rows: statements, ledgers, invoices, lists of accounts or transactions.',
  definition:
    'Told by a rule, not fitted: two or more rows with amounts, and words of accounting in and around them. Prose about money does not count (whose money it is: the concept financial), nor do tables of anything else.',
  version: 1,
  reads: 'any',
  aliases: [],
  nouns: ['structured financial data', 'financial table', 'financial statement', 'ledger', 'account statement'],
  confusions: [
    'Price lists and tables of goods',
    'Tables whose rows are named in another language than English',
    'Statements with one row are missed',
  ],
  texts: () => fromTemplates('structured-financial', { positives: {}, negatives: {}, byHand: hand }),
  rule: { rule: 'structured-financial' },
}
