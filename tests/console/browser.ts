// A headless Chromium with what a test requires of every page: no errors, no request to another host, no violation of axe.
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'

/** The shell is the same engine without the windows of Chromium, which take most of the processor time of a page. */
const executablePath = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync)

/** Null where there is a browser. */
export const reasonWithoutBrowser =
  executablePath === undefined
    ? 'there is no /usr/bin/chromium-headless-shell or /usr/bin/chromium; on Debian: apt-get install chromium-headless-shell'
    : null

let browser: Promise<Browser> | undefined

/** The browser of all test files that this process runs, which ends with the process. */
export function openBrowser(): Promise<Browser> {
  browser ??= chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox', '--disable-gpu'] })
  return browser
}

/** A page whose console errors and requests are recorded. */
export async function openPage(context: BrowserContext, url: string) {
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => {
    // without a GPU, Chromium remarks that it reads what WebGL has drawn
    const isRemark = message.text().includes('GPU stall due to ReadPixels')
    if (['error', 'warning'].includes(message.type()) && !isRemark) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('dialog', (dialog) => {
    errors.push(`a script ran: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:'))
      errors.push(`a request to ${request.url()}`)
  })
  return { page, errors }
}

/**
 * How a page is looked at. Below and above 45rem, the only width at which the styles change, the page has the same
 * elements, and in light and dark only colors differ; so all rules are checked once, and in the other cases those that
 * can give another result.
 */
const looks = [
  { width: 390, colorScheme: 'light', rules: undefined },
  { width: 390, colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  { width: 1440, colorScheme: 'light', rules: ['scrollable-region-focusable'] },
] as const

/** Checks a page at the widths of a phone and of a desktop, and in light and dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const { width, colorScheme, rules } of looks) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    const where = `${page.url()} at ${width} px, ${colorScheme}`
    expect(await page.evaluate(overflow), `the page is wider than the window: ${where}`).toBe(0)
    expect(await violations(page, rules), where).toEqual([])
  }
}

const overflow = 'Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)'

/** @param rules those that are checked, all by default */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) }
  // evaluated by the debugger, so the policy of the page does not forbid it
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  return page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`)
}
