import { Script } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { script } from '../../src/api/landing/script.ts'
import { type AnApi, anApi } from './an-api.ts'

let api: AnApi
beforeAll(async () => {
  api = await anApi()
})
afterAll(() => api.close())

it('the page needs no key and runs, styles and fetches nothing that is not its own', async () => {
  const { status, text, headers } = await api.call('GET', '/', { role: null })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(text).not.toMatch(/<script(?![^>]*\bsrc="\/landing\.js")|<style|\sstyle=|\son\w+=|https?:\/\/(?!www\.w3\.org)/)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:|\*/)
})

it.each([
  ['/landing.js', 'text/javascript; charset=utf-8'],
  ['/landing.css', 'text/css; charset=utf-8'],
  ['/landing.svg', 'image/svg+xml'],
])('%s is served as what it is', async (path, type) => {
  const { status, headers, text } = await api.call('GET', path, { role: null })
  expect([status, headers.get('content-type')]).toEqual([200, type])
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
})

it('the script parses, and has no way to make markup of a text or an address of a key', () => {
  expect(() => new Script(script)).not.toThrow()
  expect(script).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|localStorage|cookie/)
  expect(script.match(/sessionStorage\.getItem\(KEY\)/g)).toHaveLength(2)
})
