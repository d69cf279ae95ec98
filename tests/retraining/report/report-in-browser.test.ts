// The report as a browser lays it out. Needs chromium or chrome on the PATH, and is skipped where there is none.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { renderRetrainingReport } from '../../../src/retraining/report/report-page.ts'
import { sampleResult } from '../sample-result.ts'

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

interface Layout {
  /** Of everything that does not scroll by itself. */
  readonly contentWidth: number
  readonly plots: number
  readonly smallestText: number
  readonly ran: boolean
}

/** Runs inside the browser, over the frame that holds the report. */
const measure = `
  const { contentDocument: page } = document.querySelector('iframe')
  const texts = [...page.querySelectorAll('svg text')]
  const sizes = texts.map((text) => {
    const { width, viewBox } = { width: text.ownerSVGElement.getBoundingClientRect().width, viewBox: text.ownerSVGElement.viewBox.baseVal }
    return parseFloat(getComputedStyle(text).fontSize) * width / viewBox.width
  })
  document.body.dataset.layout = JSON.stringify({
    contentWidth: page.documentElement.scrollWidth,
    plots: [...page.querySelectorAll('svg[role=img]')].filter((svg) => svg.getBoundingClientRect().height > 50).length,
    smallestText: Math.min(...sizes),
    ran: page.documentElement.dataset.ran !== undefined,
  })`

function layOut(report: string, width: number): Layout {
  const folder = mkdtempSync(join(tmpdir(), 'palate-browser-'))
  try {
    const quoted = report.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    const file = join(folder, 'frame.html')
    const frame = `<iframe srcdoc="${quoted}" style="width: ${width}px; height: 900px; border: 0"></iframe>`
    writeFileSync(file, `<!doctype html><body>${frame}<script>onload = () => {${measure}}</script></body>`)
    const shown = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/profile`]
    const dom = execFileSync(chromium!, [...shown, '--dump-dom', `file://${file}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    })
    const { document } = parseHTML(dom)
    return JSON.parse(document.body.dataset.layout!) as Layout
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 5 })
  }
}

const reason = chromium ? '' : ' (skipped: there is no chromium or chrome)'

describe.skipIf(reason !== '')(`in a browser the report${reason}`, () => {
  const report = renderRetrainingReport({
    ...sampleResult,
    by: '<script>document.documentElement.dataset.ran = 1</script>',
    reason: '<img src=x onerror="document.documentElement.dataset.ran = 1">',
  })

  test.each([400, 1280])('fits a window of %i pixels, with every plot drawn and legible', (width) => {
    const { contentWidth, plots, smallestText, ran } = layOut(report, width)
    expect(contentWidth).toBeLessThanOrEqual(width)
    expect(plots).toBe(13)
    expect(smallestText).toBeGreaterThan(9)
    expect(ran).toBe(false)
  })
})
