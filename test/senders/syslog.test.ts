import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { syslog } from '../../src/senders/syslog.ts'
import { octetCounted, syslogMessage } from '../../src/senders/syslog-message.ts'
import { aCheckpoint, calm } from './a-checkpoint.ts'

const checkpoint = aCheckpoint(12)
const EXPECTED = `<109>1 2026-01-15T08:00:00.000Z box undercurrent 42 checkpoint [checkpoint@32473 size="12" root="${
  checkpoint.root
}" note="${Buffer.from(checkpoint.note).toString('base64')}"] \u{feff}ledger checkpoint of 12 entries`

const at = (transport: 'udp' | 'tcp', port: number, timeoutMs = 2000) =>
  syslog({
    name: 'siem',
    host: '127.0.0.1',
    port,
    transport,
    facility: 13,
    enterpriseNumber: 32473,
    hostname: 'box',
    procid: '42',
    timeoutMs,
  })

async function tcpServer(each: (socket: Socket) => void): Promise<number> {
  const server = createServer(each)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('syslog', () => {
  it('takes a checkpoint as one datagram', async () => {
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    const got = new Promise<Buffer>((resolve) => socket.once('message', resolve))
    await at('udp', socket.address().port).put(checkpoint, calm)
    expect(String(await got)).toBe(EXPECTED)
  })

  it('takes checkpoints over TCP, each with its length in bytes', async () => {
    let text = ''
    const port = await tcpServer((socket) => socket.on('data', (part) => (text += part)))
    await at('tcp', port).put(checkpoint, calm)
    expect(text).toBe(`${Buffer.byteLength(EXPECTED)} ${EXPECTED}`)
  })

  it('that breaks the connection off, or is not there, has not got it', async () => {
    const port = await tcpServer((socket) => socket.resetAndDestroy())
    await expect(at('tcp', port).put(checkpoint, calm)).rejects.toThrow(/broke the connection off|cannot be spoken to/)
    await expect(at('tcp', 1).put(checkpoint, calm)).rejects.toThrow('127.0.0.1:1 refuses the connection')
  })

  it('keeps hostile values in their place', () => {
    const message = syslogMessage({
      facility: 16,
      severity: 4,
      timestamp: '2026-11-20T16:10:00.123Z',
      host: 'ho st\n1',
      app: '',
      procid: '42',
      msgid: 'x'.repeat(99),
      data: { id: 'a@32473', params: { title: 'a"b]c\\d\n<1>1 - - - - - -' } },
      text: 'one\r\n<1>1 two\u2028three',
    })
    expect(String(message)).toBe(
      `<132>1 2026-11-20T16:10:00.123Z host1 - 42 ${'x'.repeat(32)} [a@32473 title="a\\"b\\]c\\\\d <1>1 - - - - - -"] \u{feff}one <1>1 two three`,
    )
    expect(String(octetCounted(Buffer.from('é')))).toBe('2 é')
  })
})
