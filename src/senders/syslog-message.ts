/** A message by RFC 5424. Names of structured data are ours; all values are hostile. */
export interface SyslogMessage {
  /** 0 to 23. */
  facility: number
  /** 0 (emergency) to 7 (debug). */
  severity: number
  /** ISO 8601 in UTC, at most six digits of a second. */
  timestamp: string
  host: string
  app: string
  procid: string
  msgid: string
  /** `name@number`, and its values in order. */
  data: { id: string; params: Readonly<Record<string, string>> }
  text: string
}

/** Longest values that the header takes, in characters. */
const LONGEST = { host: 255, app: 48, procid: 128, msgid: 32 }

/** One message, without framing: header, structured data, BOM and UTF-8 text. Nothing in it can begin a line or end a field. */
export function syslogMessage(message: SyslogMessage): Buffer {
  const { facility, severity, timestamp, data } = message
  const head = (Object.keys(LONGEST) as (keyof typeof LONGEST)[]).map(
    (field) => message[field].replace(/[^!-~]/g, '').slice(0, LONGEST[field]) || '-',
  )
  const params = Object.entries(data.params).map(([name, value]) => ` ${name}="${escaped(oneLine(value))}"`)
  const start = `<${facility * 8 + severity}>1 ${timestamp} ${head.join(' ')} [${data.id}${params.join('')}]`
  return Buffer.from(`${start} \u{feff}${oneLine(message.text)}`)
}

/** Octet counting (RFC 6587, RFC 5425): the length in bytes, a space, the message; nothing behind it. */
export function octetCounted(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message])
}

const escaped = (value: string) => value.replace(/["\\\]]/g, '\\$&')

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string) => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
