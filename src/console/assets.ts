// The style sheet and the scripts of the pages.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { style } from '../pages/style.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'assets', name), 'utf8')

/** By file name; the style sheet is that of the reports with the style of the console. */
export const assets: ReadonlyMap<string, { readonly type: string; readonly text: string }> = new Map([
  ['console.css', { type: 'text/css; charset=utf-8', text: style + read('console.css') }],
  ['local-times.js', { type: 'text/javascript; charset=utf-8', text: read('local-times.js') }],
])

/** Part of the addresses of the assets, so that browsers keep them until they change. */
export const stamp = createHash('sha256')
  .update([...assets.values()].map(({ text }) => text).join())
  .digest('hex')
  .slice(0, 12)
