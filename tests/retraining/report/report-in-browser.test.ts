// The report as a browser lays it out.
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderRetrainingReport } from '../../../src/retraining/report/report-page.ts'
import { openBrowser, reasonWithoutBrowser } from '../../console/browser.ts'
import { sampleResult } from '../sample-result.ts'

interface Layout {
  /** Of everything that does not scroll by itself. */
  readonly contentWidth: number
  readonly plots: number
  readonly smallestText: number
  readonly ran: boolean
}

/** Runs inside the browser. */
const measure = `(() => {
  const sizes = [...document.querySelectorAll('svg text')].map((text) => {
    const { ownerSVGElement } = text
    const scale = ownerSVGElement.getBoundingClientRect().width / ownerSVGElement.viewBox.baseVal.width
    return parseFloat(getComputedStyle(text).fontSize) * scale
  })
  return {
    contentWidth: document.documentElement.scrollWidth,
    plots: [...document.querySelectorAll('svg[role=img]')].filter((svg) => svg.getBoundingClientRect().height > 50).length,
    smallestText: Math.min(...sizes),
    ran: document.documentElement.dataset.ran !== undefined,
  }
})()`

describe.skipIf(reasonWithoutBrowser)(
  `in a browser the report${reasonWithoutBrowser ? ` (skipped: ${reasonWithoutBrowser})` : ''}`,
  () => {
    const report = renderRetrainingReport({
      ...sampleResult,
      by: '<script>document.documentElement.dataset.ran = 1</script>',
      reason: '<img src=x onerror="document.documentElement.dataset.ran = 1">',
    })
    let page: Page
    beforeAll(async () => {
      page = await (await openBrowser()).newPage()
      await page.setContent(report)
    })
    afterAll(() => page.close())

    test.each([400, 1280])('fits a window of %i pixels, with every plot drawn and legible', async (width) => {
      await page.setViewportSize({ width, height: 900 })
      const { contentWidth, plots, smallestText, ran } = await page.evaluate<Layout>(measure)
      expect(contentWidth).toBeLessThanOrEqual(width)
      expect(plots).toBe(13)
      expect(smallestText).toBeGreaterThan(9)
      expect(ran).toBe(false)
    })
  },
)
