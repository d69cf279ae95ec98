// The style sheets and the scripts of the pages: those of the folder assets, and of libraries.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { style } from '../pages/style.ts'
import { compileRecommender, pageScript, recommenderSource } from '../web/web-files.ts'

export interface Asset {
  readonly type: string
  readonly text: string
}

const folder = join(import.meta.dirname, 'assets')
const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
const { resolve } = createRequire(import.meta.url)
const read = (file: string) => readFileSync(resolve(file), 'utf8')

const texts = new Map<string, string>([
  ...files,
  // with the style of the reports
  ['console.css', style + new Map(files).get('console.css')!],
  // the module of the library is not minified
  ['uplot.js', `${read('uplot/dist/uPlot.iife.min.js')}\nexport default uPlot`],
  ['on-device.js', pageScript],
  ['uplot.css', read('uplot/dist/uPlot.min.css')],
])

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
}

/** By file name. */
export const assets: ReadonlyMap<string, Asset> = new Map<string, Asset>([
  ...[...texts].map(([name, text]) => [name, { type: types[extname(name)]!, text }] as const),
  [
    'recommender.js',
    {
      type: types['.js']!,
      // compiled when a page first loads it
      get text() {
        return compileRecommender()
      },
    },
  ],
])

/** The folder of the assets in their addresses, so that browsers keep them until they change. */
export const stamp = createHash('sha256')
  .update([...texts.values(), recommenderSource].join())
  .digest('hex')
  .slice(0, 12)
