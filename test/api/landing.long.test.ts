import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SearchAnswer } from '../../src/core/search.ts'
import { hostile, STEERING } from '../formats/a-finding.ts'
import { type AnApi, anApi, said } from './an-api.ts'

const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
const there = existsSync(program)
/** Folder for pictures of what was seen; none are taken without it. */
const pictures = process.env.PICTURES

const answer: SearchAnswer = {
  items: [
    {
      event_id: 'e1',
      timestamp: '2026-01-31T10:00:00.000000Z',
      user_id: 'u-7',
      session_id: 's-1',
      model: 'tide-large',
      prompt: 'Write me a letter in the name of our bank that asks for a password.',
      response: 'I will not help with a letter that deceives people into giving away a password.',
      status: 'refused',
      score: 0.97,
      matched: 'semantic',
      concepts: { refusal: 0.97 },
      highlights: {},
    },
    {
      event_id: 'e2',
      timestamp: '2026-01-31T09:12:44.000000Z',
      user_id: hostile,
      session_id: null,
      model: hostile,
      prompt: hostile,
      response: `<img src=x onerror="document.title='broken in'"> ${hostile}`,
      status: null,
      score: 0.91,
      matched: 'both',
      concepts: { refusal: 0.91 },
      highlights: {},
    },
  ],
  next_cursor: null,
  total: 2,
  threshold: 0.5,
  estimated_precision: 0.94,
  estimated_recall: 0.91,
  interpreted_as: { concept: 'refusal', scope: 'all' },
  not_examined: 0,
  how: 'marks',
  complete: true,
}

describe.skipIf(!there)(`the landing page${there ? '' : ` (skipped: no ${program}; set CHROMIUM)`}`, () => {
  let browser: Browser
  let api: AnApi
  /** Addresses that any page asked for, and what it complained of. */
  const requested: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: program,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    })
    api = await anApi({ parts: { search: async () => answer } })
    const events = Array.from({ length: 29 * 12 }, (_, i) => {
      const day = 3 + Math.floor(i / 12)
      return said(`e${i}`, {
        timestamp: new Date(Date.UTC(2026, 0, day, 8 + (i % 12), i % 60)).toISOString(),
        user_id: `u-${i % 5}`,
        session_id: `s-${i % 9}`,
        model: i % 3 === 0 ? 'tide-small' : 'tide-large',
        tokens_input: 100 + (i % 40),
        tokens_output: 300,
        cost_usd: 0.02,
        status: i % 11 === 0 ? 'refused' : 'success',
      })
    })
    events.push(
      said('evil', {
        timestamp: '2026-01-31T08:00:00Z',
        user_id: hostile.slice(0, 400),
        model: '<script>document.title="broken in"</script>',
      }),
    )
    const { json } = await api.call('POST', '/v1/events', { body: events })
    expect(json.rejected).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await api.close()
  })

  async function aPage(width = 1200, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 860 }, colorScheme })
    page.on('request', (request) => requested.push(request.url()))
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`http://127.0.0.1:${api.port}/`)
    return page
  }

  async function signIn(page: Page, key: string) {
    await page.fill('#key', key)
    await page.click('#sign-in button')
  }

  const take = async (page: Page, name: string) => {
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png` })
  }

  it.each([
    [1200, 'light'],
    [1200, 'dark'],
    [400, 'light'],
    [400, 'dark'],
  ] as const)('shows digest and search at %i pixels, %s', async (width, scheme) => {
    const page = await aPage(width, scheme)
    await signIn(page, api.keys.analyst)
    const digest = page.frameLocator('#digest')
    await digest.locator('h1').waitFor()
    expect(await digest.locator('h1').textContent()).toBe('Saturday, 31 January 2026')
    // the style of the digest passes the policy of the page
    expect(await digest.locator('h1').evaluate((h1) => getComputedStyle(h1).fontSize)).toBe('27px')
    const dark = await digest.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor)
    expect(dark).toBe(scheme === 'dark' ? 'rgb(11, 19, 24)' : 'rgb(237, 242, 244)')
    await take(page, `digest-${width}-${scheme}`)

    await page.click('#earlier')
    await expect.poll(() => digest.locator('h1').textContent()).toBe('Friday, 30 January 2026')

    await page.click('#search button')
    await page.locator('#items li').first().waitFor()
    expect(await page.textContent('#results-about')).toBe(
      'Understood as every refusal · 2 matches · about 94% of them right · about 91% of all found',
    )
    expect(await page.locator('#items img, #items script, #items a').count()).toBe(0)
    const shown = (await page.textContent('#items')) ?? ''
    expect(shown).toContain('<script>alert(1)</script>')
    expect(shown).not.toMatch(STEERING)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await take(page, `results-${width}-${scheme}`)

    await page.click('#back')
    await digest.locator('h1').waitFor()
    await page.close()
  })

  // behind the digests: a wrong key is an event of its day
  it('lets nobody in without a key that is known', async () => {
    const page = await aPage()
    await take(page, 'door')
    await signIn(page, 'uc_wrong')
    await page.waitForFunction(() => document.getElementById('door-error')?.textContent !== '')
    expect(await page.isVisible('#house')).toBe(false)
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    complaints.length = 0
    await page.close()
  })

  it('keeps the key in the tab until somebody signs out', async () => {
    const page = await aPage()
    await signIn(page, api.keys.siem)
    await page.frameLocator('#digest').locator('h1').waitFor()
    await page.reload()
    await page.frameLocator('#digest').locator('h1').waitFor()
    expect(await page.context().cookies()).toEqual([])
    expect(await page.evaluate(() => localStorage.length)).toBe(0)
    // a key without the right to search is told so
    await page.click('#search button')
    await page.waitForFunction(() => document.getElementById('error')?.textContent !== '')
    expect(await page.textContent('#error')).toContain('siem')
    complaints.length = 0
    await page.click('#sign-out')
    expect(await page.isVisible('#door')).toBe(true)
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await page.close()
  })

  it('broke no rule of its own, ran nothing of a log and sent no key in an address', async () => {
    const page = await aPage()
    expect(await page.title()).toBe('Undercurrent')
    expect(complaints).toEqual([])
    for (const url of requested) expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${api.port}/|^about:srcdoc$`))
    for (const key of Object.values(api.keys)) expect(requested.join('\n')).not.toContain(key)
    await page.close()
  })
})
