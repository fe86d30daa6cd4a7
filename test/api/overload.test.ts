import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { type AnApi, anApi } from './an-api.ts'

let api: AnApi
afterEach(() => api.close())

it('beyond what can be worked on, askers are told to wait; health still answers', async () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let asked = 0
  api = await anApi({
    parts: {
      search: async () => {
        asked++
        await gate
        return { items: [], next_cursor: null, not_examined: 0, how: 'exact', complete: true }
      },
    },
  })
  const all = Array.from({ length: 256 }, () => api.call('GET', '/v1/search?q=a'))
  await expect.poll(() => asked).toBe(256)
  const late = await api.call('GET', '/v1/search?q=a')
  expect(late.status).toBe(429)
  expect(late.headers.get('retry-after')).toBe('1')
  expect((await api.call('GET', '/healthz', { role: null })).status).toBe(200)
  open()
  expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]))
  expect((await api.call('GET', '/v1/search?q=a')).status).toBe(200)
})

it('a sender that goes away in the middle gives its bytes back and is no error', async () => {
  api = await anApi()
  const queued = async () =>
    /^undercurrent_ingest_queue_bytes (\d+)$/m.exec((await api.call('GET', '/metrics')).text)![1]
  const socket = await new Promise<Socket>((resolve) => {
    const opened = connect(api.port, '127.0.0.1', () => resolve(opened))
  })
  socket.write(
    `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.keys.ingest}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n[{"a":`,
  )
  await expect.poll(queued).toBe('6')
  socket.destroy()
  await expect.poll(queued).toBe('0')
  await expect.poll(() => api.lines.some((line) => line.includes('the sender went away'))).toBe(true)
  expect(api.lines.filter((line) => line.includes('"level":"error"'))).toEqual([])
})

it('a header beyond all measure is refused before it is read', async () => {
  api = await anApi()
  const response = await api.call('GET', '/healthz', { role: null, headers: { 'x-long': 'x'.repeat(20_000) } })
  expect(response.status).toBe(431)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.json).toMatchObject({ status: 431 })
})
