// npm run screenshots
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'

const program = new Command('npm run screenshots --')
  .description(
    'Takes the picture of the README: the report of npm run compare on the ratings in the database.',
  )
  .option('--out <file>', 'the PNG file to write', 'docs/images/comparison.png')
  .addHelpText(
    'after',
    `
Needs ratings in the database, for example from npm run demo -- --once, and Chromium or Chrome on the PATH.

Exit codes: 0 written, 1 failed; see the message on stderr.`,
  )
  .parse()

const browsers = ['chromium', 'chromium-browser', 'google-chrome']
const folder = mkdtempSync(join(tmpdir(), 'palate-screenshots-'))
try {
  const browser = browsers.find((name) => spawnSync(name, ['--version']).status === 0)
  if (browser === undefined)
    throw new Error(`Found none of ${browsers.join(', ')}. On Debian and Ubuntu: apt-get install chromium`)
  const page = join(folder, 'comparison.html')
  const compare = ['--models', 'i-autorec,mult-vae,ease,popularity', '--split', 'hash', '--report', page]
  run(process.execPath, [
    '--import',
    'tsx',
    join(import.meta.dirname, 'compare.ts'),
    ...compare,
    '--metrics',
    'ndcg@100,recall@20',
  ])
  const { out } = program.opts<{ out: string }>()
  run(browser, [
    '--headless',
    '--no-sandbox',
    '--hide-scrollbars',
    '--window-size=1000,980',
    `--screenshot=${out}`,
    `file://${page}`,
  ])
  console.log(out)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

function run(program: string, options: readonly string[]): void {
  const { status, stderr } = spawnSync(program, options, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.trim()}`)
}
