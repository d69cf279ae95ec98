import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

const browsers = ['chromium', 'chromium-browser', 'google-chrome']

export interface Screenshot {
  readonly url: string
  /** The PNG file to write. */
  readonly out: string
  readonly width: number
  readonly height: number
}

/**
 * Writes a PNG of the upper part of a page, in light mode.
 *
 * @throws Error if there is no browser, or it fails
 */
export async function takeScreenshot({ url, out, width, height }: Screenshot): Promise<void> {
  const browser = browsers.find((name) => spawnSync(name, ['--version']).status === 0)
  if (browser === undefined)
    throw new Error(`Found none of ${browsers.join(', ')}. On Debian and Ubuntu: apt-get install chromium`)
  await run(browser, [
    ...['--headless', '--no-sandbox', '--hide-scrollbars', `--window-size=${width},${height}`],
    // WebGL without a GPU
    ...['--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    // until what is loaded later is drawn
    ...['--virtual-time-budget=10000', `--screenshot=${out}`, url],
  ])
}

/** @throws Error if the program fails */
export async function run(program: string, options: readonly string[]): Promise<void> {
  await promisify(execFile)(program, options)
}
