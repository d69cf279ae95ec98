import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run, takeScreenshot } from './browser.ts'

/** The report that `npm run compare` writes about the ratings in the database. */
export async function pictureComparison(folder: string): Promise<string> {
  const temporary = mkdtempSync(join(tmpdir(), 'palate-screenshots-'))
  try {
    const page = join(temporary, 'comparison.html')
    await run(process.execPath, [
      ...['--import', 'tsx', join(import.meta.dirname, '../compare.ts')],
      ...['--models', 'i-autorec,mult-vae,ease,popularity', '--split', 'hash', '--report', page],
      ...['--metrics', 'ndcg@100,recall@20'],
    ])
    const out = join(folder, 'comparison.png')
    await takeScreenshot({ url: `file://${page}`, out, width: 1000, height: 980 })
    return out
  } finally {
    rmSync(temporary, { recursive: true })
  }
}
