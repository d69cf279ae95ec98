import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const browsers = ['chromium', 'chromium-browser', 'google-chrome']

/** Writes a PNG of the report that `npm run compare` writes. */
export function takeScreenshot(out: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'palate-screenshots-'))
  try {
    const browser = browsers.find((name) => spawnSync(name, ['--version']).status === 0)
    if (browser === undefined)
      throw new Error(`Found none of ${browsers.join(', ')}. On Debian and Ubuntu: apt-get install chromium`)
    const page = join(folder, 'comparison.html')
    run(process.execPath, [
      ...['--import', 'tsx', join(import.meta.dirname, '../compare.ts')],
      ...['--models', 'i-autorec,mult-vae,ease,popularity', '--split', 'hash', '--report', page],
      ...['--metrics', 'ndcg@100,recall@20'],
    ])
    run(browser, [
      ...['--headless', '--no-sandbox', '--hide-scrollbars', '--window-size=1000,980'],
      ...[`--screenshot=${out}`, `file://${page}`],
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(program: string, options: readonly string[]): void {
  const { status, stderr } = spawnSync(program, options, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} exited with ${status}: ${stderr.trim()}`)
}
