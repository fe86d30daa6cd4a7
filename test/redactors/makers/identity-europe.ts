import { stdnum } from 'stdnum'
import { filled } from './identity-world.ts'
import { type Maker, oneOf } from './maker.ts'

interface Row {
  rule: string
  type: string
  proven?: true
  /** `{n…}` draws digits, `{N}` one but nought, `{a}` a letter, `{x}` either; `{y}` `{yy}` `{mm}` `{dd}` are parts of one day. */
  forms: readonly string[]
  /** Who says that a value is right: a validator of `stdnum`, an expression where there is nothing to add up, or a sum. */
  judge: string | RegExp | ((compact: string) => boolean)
  /** The words that it needs. */
  said: string
}

const sums = (n: string, weights: readonly number[]): number =>
  [...n].reduce(
    (sum, c, i) =>
      sum + [...String(Number(c) * (weights[i % weights.length] as number))].reduce((s, d) => s + Number(d), 0),
    0,
  )
const plain = (n: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * Number.parseInt(n[i] as string, 36), 0)

/** Of the first ten digits one stands there twice or three times; the second opinion lets more pass. */
const german = (n: string): boolean => {
  const often = [...'0123456789'].map((d) => n.slice(0, 10).split(d).length - 1).filter((times) => times > 1)
  return often.length === 1 && (often[0] as number) < 4 && isRight('DE.idnr', n)
}
/** Of a year with four digits the second opinion wants two. */
const swedish = (n: string): boolean => isRight('SE.personnummer', `${n.slice(-10, -4)}-${n.slice(-4)}`)
/** The second opinion lets pass whom the key says to be born in 2050 or later, and a key of 00. */
const belgian = (n: string): boolean =>
  isRight('BE.insz', n) && 97 - (Number(n.slice(0, 9)) % 97) === Number(n.slice(9))
/** The second opinion knows fewer: a sum with the weights 1 to 8, where ten is left with 3 to 10. */
const bulgarian = (n: string): boolean => {
  const [first, second] = [1, 3].map(
    (from) =>
      plain(
        n.slice(2),
        [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i + from),
      ) % 11,
  ) as [number, number]
  return (first < 10 ? first : second % 10) === Number(n.at(-1))
}

/** A remainder of nought is never given; the second opinion makes a 1 of it. */
const slovene = (n: string): boolean =>
  isRight('SI.ddv', n) && plain(n.replace(/^SI/, ''), [8, 7, 6, 5, 4, 3, 2]) % 11 !== 0
/** A multiple of eleven; the third digit tells a firm. */
const slovak = (n: string): boolean => Number(n.slice(2)) % 11 === 0 && '234789'.includes(n[4] as string)

/** Where no second opinion is at hand the sum is written out anew. */
const health = (n: string): boolean =>
  sums(String(n.charCodeAt(0) - 64).padStart(2, '0') + n.slice(1, 9), [1, 2]) % 10 === Number(n[9])
const physician = (n: string): boolean => (plain(n, [4, 9, 4, 9, 4, 9]) + Number(n[6])) % 10 === 0
const serial = (n: string): boolean => plain(n, [7, 3, 1, 7, 3, 1, 7, 3]) % 10 === Number(n[8])

export const ROWS: readonly Row[] = [
  {
    rule: 'it-fiscal-code',
    type: 'IT_FISCAL_CODE',
    proven: true,
    forms: ['BNCMRC{yy}C{dd}H501{a}', 'RSSLRA{yy}T{dd}F205{a}'],
    judge: 'IT.codicefiscale',
    said: 'codice fiscale',
  },
  { rule: 'it-vat-code', type: 'IT_VAT_CODE', forms: ['0{nnnnnn}001{n}'], judge: 'IT.iva', said: 'P. IVA' },
  {
    rule: 'it-driving-licence',
    type: 'IT_DRIVER_LICENSE',
    forms: ['MI{nnnnnnn}{a}', 'U1{nnnnnnn}K'],
    judge: /./,
    said: 'patente',
  },
  {
    rule: 'it-identity-card',
    type: 'IT_IDENTITY_CARD',
    forms: ['CA{nnnnn}AK', 'AV{nnnnnnn}'],
    judge: /./,
    said: "carta d'identità",
  },
  { rule: 'it-passport', type: 'IT_PASSPORT', forms: ['YA{nnnnnnn}'], judge: /./, said: 'passaporto' },
  { rule: 'es-nif', type: 'ES_NIF', forms: ['{Nnnnnnnn}{a}', '{Nnnnnnnn}-{a}'], judge: 'ES.dni', said: 'DNI' },
  { rule: 'es-nie', type: 'ES_NIE', forms: ['X{nnnnnnn}{a}', 'Y{nnnnnnn}-{a}'], judge: 'ES.nie', said: 'NIE' },
  { rule: 'es-company', type: 'ES_CIF', forms: ['B{nnnnnnn}{n}', 'Q{nnnnnnn}{a}'], judge: 'ES.cif', said: 'CIF' },
  { rule: 'es-social-security', type: 'ES_NSS', forms: ['28{Nnnnnnnnnn}'], judge: 'ES.nss', said: 'Seguridad Social' },
  { rule: 'es-passport', type: 'ES_PASSPORT', forms: ['PA{a}{nnnnnn}'], judge: /./, said: 'pasaporte' },
  {
    rule: 'de-tax-id',
    type: 'DE_TAX_ID',
    forms: ['{Nnnnnnnnnnn}', '{Nn} {nnn} {nnn} {nnn}'],
    judge: german,
    said: 'Steuer-ID',
  },
  {
    rule: 'de-vat-id',
    type: 'DE_VAT_ID',
    forms: ['DE{Nnnnnnnnn}', 'DE {Nnn} {nnn} {nnn}'],
    judge: 'DE.vat',
    said: 'USt-IdNr.',
  },
  {
    rule: 'de-social-security',
    type: 'DE_SOCIAL_SECURITY',
    forms: ['65{dd}{mm}{yy}{a}0{nn}'],
    judge: 'DE.svnr',
    said: 'RVNR',
  },
  {
    rule: 'de-health-insurance',
    type: 'DE_HEALTH_INSURANCE',
    forms: ['{a}{nnnnnnnnn}'],
    judge: health,
    said: 'Krankenversichertennummer',
  },
  {
    rule: 'de-id-card',
    type: 'DE_ID_CARD',
    forms: ['L{nn}X{nn}T{nn}', 'C{nnnnnnnn}'],
    judge: serial,
    said: 'Personalausweis',
  },
  { rule: 'de-passport', type: 'DE_PASSPORT', forms: ['C{nn}VH{nnn}{n}'], judge: serial, said: 'Reisepass' },
  { rule: 'de-physician', type: 'DE_LANR', forms: ['{nnnnnnn}01'], judge: physician, said: 'Arztnummer' },
  { rule: 'de-practice', type: 'DE_BSNR', forms: ['72{nnnnnnn}'], judge: /./, said: 'BSNR' },
  {
    rule: 'de-driving-licence',
    type: 'DE_FUEHRERSCHEIN',
    forms: ['B{n}72RRE{n}I{n}5', 'BO{nnnnnnnn}A'],
    judge: /./,
    said: 'Führerschein',
  },
  {
    rule: 'de-tax-number',
    type: 'DE_TAX_NUMBER',
    forms: ['181/8{nn}/0{nnnn}', '21/8{nn}/0{nnnn}'],
    judge: /./,
    said: 'Steuernummer',
  },
  {
    rule: 'de-commercial-register',
    type: 'DE_HANDELSREGISTER',
    forms: ['HRB {Nnnnn}', 'HRA {Nnnn}'],
    judge: /./,
    said: 'Amtsgericht Köln',
  },
  {
    rule: 'de-vehicle',
    type: 'DE_KFZ',
    forms: ['B AB {Nnn}', 'KÖ-X {Nnn}E', 'M-XY-{Nnnn}'],
    judge: /./,
    said: 'Kennzeichen',
  },
  { rule: 'de-postcode', type: 'DE_PLZ', forms: ['1{nnnn}'], judge: /./, said: 'PLZ' },
  {
    rule: 'fr-social-security',
    type: 'FR_NIR',
    proven: true,
    forms: ['2{yy}{mm}75{nnnnnn}{nn}', '1 {yy} {mm} 2A {nnn} {nnn} {nn}'],
    judge: 'FR.nir',
    said: 'sécurité sociale',
  },
  { rule: 'fr-company', type: 'FR_SIREN', forms: ['{Nnn} {nnn} {nnn}'], judge: 'FR.siren', said: 'SIREN' },
  {
    rule: 'fr-establishment',
    type: 'FR_SIRET',
    forms: ['{Nnn} {nnn} {nnn} {nnnnn}'],
    judge: 'FR.siret',
    said: 'SIRET',
  },
  { rule: 'fr-tax', type: 'FR_TAX_NUMBER', forms: ['1{nnnnnnnnnnnn}'], judge: 'FR.nif', said: 'numéro fiscal' },
  {
    rule: 'fi-personal-identity',
    type: 'FI_PERSONAL_IDENTITY_CODE',
    proven: true,
    forms: ['{dd}{mm}{yy}-2{nn}{x}', '{dd}{mm}04A2{nn}{x}'],
    judge: 'FI.hetu',
    said: 'hetu',
  },
  { rule: 'fi-company', type: 'FI_BUSINESS_ID', forms: ['{Nnnnnnn}-{n}'], judge: 'FI.ytunnus', said: 'Y-tunnus' },
  {
    rule: 'no-birth-number',
    type: 'NO_FODSELSNUMMER',
    proven: true,
    forms: ['{dd}{mm}{yy}{nnn}{nn}', '{dd}{mm}{yy} {nnn}{nn}'],
    judge: 'NO.fodselsnummer',
    said: 'fødselsnummer',
  },
  {
    rule: 'no-account',
    type: 'NO_BANK_ACCOUNT',
    forms: ['{Nnnn}.{nn}.{nnnnn}'],
    judge: 'NO.kontonr',
    said: 'kontonummer',
  },
  {
    rule: 'no-organisation',
    type: 'NO_ORGANISASJONSNUMMER',
    forms: ['9{nn} {nnn} {nnn}'],
    judge: 'NO.orgnr',
    said: 'orgnr',
  },
  {
    rule: 'se-personal-identity',
    type: 'SE_PERSONNUMMER',
    forms: ['{yy}{mm}{dd}-{nnnn}', '19{yy}{mm}{dd}{nnnn}'],
    judge: swedish,
    said: 'personnummer',
  },
  {
    rule: 'se-organisation',
    type: 'SE_ORGANISATIONSNUMMER',
    forms: ['556{nnn}-{nnnn}'],
    judge: 'SE.orgnr',
    said: 'organisationsnummer',
  },
  { rule: 'dk-civil-registration', type: 'DK_CPR', forms: ['{dd}{mm}{yy}-4{nnn}'], judge: /./, said: 'CPR' },
  { rule: 'dk-company', type: 'DK_CVR', forms: ['{Nnnnnnnn}'], judge: 'DK.cvr', said: 'CVR' },
  {
    rule: 'is-kennitala',
    type: 'IS_KENNITALA',
    forms: ['{dd}{mm}{yy}-{nnn}9'],
    judge: 'IS.kennitala',
    said: 'kennitala',
  },
  { rule: 'pl-pesel', type: 'PL_PESEL', forms: ['{yy}{mm}{dd}{nnnnn}'], judge: 'PL.pesel', said: 'PESEL' },
  { rule: 'pl-tax', type: 'PL_NIP', forms: ['{Nnn}-{nnn}-{nn}-{nn}'], judge: 'PL.nip', said: 'NIP' },
  { rule: 'pl-register', type: 'PL_REGON', forms: ['{Nnnnnnnnn}'], judge: 'PL.regon', said: 'REGON' },
  {
    rule: 'tr-national-id',
    type: 'TR_NATIONAL_ID',
    forms: ['{Nnnnnnnnnnn}'],
    judge: 'TR.tckimlik',
    said: 'TC kimlik no',
  },
  { rule: 'tr-tax', type: 'TR_TAX_ID', forms: ['{Nnnnnnnnnn}'], judge: 'TR.vkn', said: 'vergi numarası' },
  {
    rule: 'tr-vehicle',
    type: 'TR_LICENSE_PLATE',
    forms: ['34 AB {Nnn}', '06-J-{Nnnn}', '35ABC{Nn}'],
    judge: /./,
    said: 'plaka',
  },
  {
    rule: 'nl-citizen-service',
    type: 'NL_BSN',
    forms: ['{Nnnnnnnnn}', '{Nnn} {nnn} {nnn}'],
    judge: 'NL.bsn',
    said: 'BSN',
  },
  { rule: 'nl-vat', type: 'NL_VAT_ID', proven: true, forms: ['NL{Nnnnnnnnn}B01'], judge: 'NL.btw', said: 'btw-nummer' },
  {
    rule: 'be-national-register',
    type: 'BE_NATIONAL_NUMBER',
    proven: true,
    forms: ['{yy}.{mm}.{dd}-{nnn}.{nn}', '{yy}{mm}{dd}{nnn}{nn}'],
    judge: belgian,
    said: 'rijksregisternummer',
  },
  {
    rule: 'ch-social-security',
    type: 'CH_AHV',
    proven: true,
    forms: ['756.{nnnn}.{nnnn}.{nn}'],
    judge: 'CH.ssn',
    said: 'AHV',
  },
  {
    rule: 'ch-enterprise',
    type: 'CH_UID',
    proven: true,
    forms: ['CHE-{nnn}.{nnn}.{nnn}'],
    judge: 'CH.uid',
    said: 'UID',
  },
  {
    rule: 'at-social-security',
    type: 'AT_SVNR',
    forms: ['{Nnnn}{dd}{mm}{yy}', '{Nnnn} {dd}{mm}{yy}'],
    judge: 'AT.vnr',
    said: 'Sozialversicherungsnummer',
  },
  {
    rule: 'pt-nif',
    type: 'PT_NIF',
    forms: ['2{nnnnnnnn}', '1{nn} {nnn} {nnn}'],
    judge: 'PT.nif',
    said: 'contribuinte',
  },
  {
    rule: 'pt-citizen-card',
    type: 'PT_CITIZEN_CARD',
    forms: ['{Nnnnnnnn} {n} ZY{n}'],
    judge: 'PT.cc',
    said: 'cartão de cidadão',
  },
  {
    rule: 'ie-personal-public-service',
    type: 'IE_PPS',
    forms: ['{Nnnnnnn}{a}', '{Nnnnnnn}{a}A'],
    judge: 'IE.pps',
    said: 'PPS number',
  },
  {
    rule: 'cz-sk-birth-number',
    type: 'CZ_SK_BIRTH_NUMBER',
    forms: ['{yy}{mm}{dd}/{nnnn}'],
    judge: 'CZ.rc',
    said: 'rodné číslo',
  },
  { rule: 'cz-company', type: 'CZ_ICO', forms: ['2{nnnnnnn}'], judge: 'CZ.ico', said: 'IČO' },
  {
    rule: 'hu-tax',
    type: 'HU_TAX_ID',
    forms: ['8{nnnnnnnnn}'],
    judge: (n) => plain(n, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(n[9]),
    said: 'adóazonosító jel',
  },
  { rule: 'ro-personal-code', type: 'RO_CNP', forms: ['1{yy}{mm}{dd}40{nnnn}'], judge: 'RO.cnp', said: 'CNP' },
  { rule: 'bg-civil-number', type: 'BG_EGN', forms: ['{yy}{mm}{dd}{nnnn}'], judge: 'BG.egn', said: 'ЕГН' },
  { rule: 'gr-tax', type: 'GR_AFM', forms: ['{Nnnnnnnnn}'], judge: 'GR.vat', said: 'ΑΦΜ' },
  { rule: 'gr-social-security', type: 'GR_AMKA', forms: ['{dd}{mm}{yy}{nnnnn}'], judge: 'GR.amka', said: 'AMKA' },
  { rule: 'hr-personal-number', type: 'HR_OIB', forms: ['{Nnnnnnnnnnn}'], judge: 'HR.oib', said: 'OIB' },
  { rule: 'si-rs-citizen-number', type: 'JMBG', forms: ['{dd}{mm}9{yy}50{nnnn}'], judge: 'SI.jmbg', said: 'EMŠO' },
  { rule: 'si-tax', type: 'SI_TAX_NUMBER', forms: ['{Nnnnnnnn}'], judge: slovene, said: 'davčna številka' },
  {
    rule: 'ee-lt-personal-code',
    type: 'EE_LT_PERSONAL_CODE',
    forms: ['3{yy}{mm}{dd}{nnnn}'],
    judge: 'EE.ik',
    said: 'isikukood',
  },
  {
    rule: 'lv-personal-code',
    type: 'LV_PERSONAS_KODS',
    forms: ['{dd}{mm}{yy}-1{nnnn}'],
    judge: 'LV.pvn',
    said: 'personas kods',
  },
  ...(
    [
      ['ATU{nnnnnnnn}', 'AT.uid'],
      ['BE0{nnnnnnnnn}', 'BE.vat'],
      ['BG{Nnnnnnnnn}', bulgarian],
      ['CY1{nnnnnnn}{a}', 'CY.vat'],
      ['DK{Nnnnnnnn}', 'DK.cvr'],
      ['EE{Nnnnnnnnn}', 'EE.kmkr'],
      ['EL{Nnnnnnnnn}', 'GR.vat'],
      ['ESB{nnnnnnnn}', 'ES.nif'],
      ['FI{Nnnnnnnn}', 'FI.alv'],
      ['FR{nn} {Nnn} {nnn} {nnn}', 'FR.tva'],
      ['HR{Nnnnnnnnnnn}', 'HR.oib'],
      ['HU{Nnnnnnnn}', 'HU.anum'],
      ['IE{Nnnnnnn}{a}', 'IE.vat'],
      ['IT0{nnnnnn}001{n}', 'IT.iva'],
      ['LT{Nnnnnnn}1{n}', 'LT.pvm'],
      ['LU{Nnnnnnnn}', 'LU.tva'],
      ['LV5{nnnnnnnnnn}', 'LV.pvn'],
      ['MT{Nnnnnnnn}', 'MT.vat'],
      ['PL{Nnnnnnnnnn}', 'PL.nip'],
      ['PT5{nnnnnnnn}', 'PT.nif'],
      ['RO{Nnnnnnnn}', 'RO.cui'],
      ['SE556{nnnnnnn}01', 'SE.vat'],
      ['SI{Nnnnnnnn}', slovene],
      ['SK{Nnnnnnnnnn}', slovak],
    ] as const
  ).map(([form, judge]) => ({ rule: 'eu-vat', type: 'EU_VAT_ID', forms: [form], judge, said: 'VAT' })),
]

/** Whether the judge of a row takes a value, as it is written. */
export function isRight(judge: Row['judge'], value: string): boolean {
  const compact = value.replace(/[^\p{L}\p{N}]/gu, '')
  if (judge instanceof RegExp) return judge.test(value)
  if (typeof judge === 'function') return judge(compact)
  const [country = '', kind = ''] = judge.split('.')
  const validator = stdnum[country]?.[kind]
  if (validator === undefined) throw new Error(`there is no validator ${judge}`)
  return validator.validate(value).isValid
}

export const identityEuropeMakers: readonly Maker[] = ROWS.map(
  ({ rule, type, proven = false, forms, judge, said }) => ({
    rule,
    type,
    proven,
    value(random) {
      for (;;) {
        const value = filled(random, oneOf(random, forms))
        if (isRight(judge, value)) return value
      }
    },
    said: (value) => `${said}: ${value}`,
  }),
)
