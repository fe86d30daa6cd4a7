/** What a law or standard asks of how long logs are kept. */
export interface PresetTerms {
  /** At least so many days; null where it names no period and asks for one that the purpose gives. */
  keep: number | null
  /** What it says, and where. */
  says: string
  source: string
}

/**
 * Periods that laws and standards ask for, as minimums that a rule can name. Where one names no period, the period is the
 * one that is usual under it, or the house's own to give.
 */
export const RETENTION_PRESETS = {
  'soc-2': {
    keep: 365,
    says: 'no fixed period; a year is usual',
    source: 'AICPA Trust Services Criteria, CC7.2 and CC7.3',
  },
  'iso-27001': {
    keep: 365,
    says: 'no fixed period; a year is usual',
    source: 'ISO/IEC 27001:2022, Annex A 5.33 and 8.15',
  },
  gdpr: {
    keep: null,
    says: 'no longer than the purpose needs, which the rule has to say',
    source: 'Regulation (EU) 2016/679, Articles 5(1)(e) and 17',
  },
  hipaa: {
    keep: 2190,
    says: 'six years, of documentation',
    source: '45 CFR 164.316(b)(2)(i) and 164.312(b)',
  },
  'eu-ai-act': {
    keep: 183,
    says: 'at least six months, of logs under the control of a provider or deployer',
    source: 'Regulation (EU) 2024/1689, Articles 12, 19(1) and 26(6)',
  },
  'pci-dss': {
    keep: 365,
    says: 'twelve months, three of them at hand',
    source: 'PCI DSS 4.0.1, requirement 10.5.1',
  },
  'sec-sox': {
    keep: 2555,
    says: 'six years of records of brokers, seven of audits',
    source: '17 CFR 240.17a-4 and 17 CFR 210.2-06',
  },
} as const satisfies Record<string, PresetTerms>
export type RetentionPreset = keyof typeof RETENTION_PRESETS
