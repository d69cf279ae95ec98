// The files that recommend from an exported model.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { style } from '../pages/style.ts'

const folder = import.meta.dirname
const asset = (name: string) => readFileSync(join(folder, 'assets', name), 'utf8')

/** By name: the recommender, as JavaScript and as TypeScript, and a page that uses it. */
export function webFiles(): Map<string, string> {
  const source = readFileSync(join(folder, 'web-recommender.ts'), 'utf8')
  return new Map([
    ['recommender.js', transformSync(source, { loader: 'ts', format: 'esm', minifyWhitespace: true }).code],
    ['recommender.ts', source],
    ['index.html', asset('index.html')],
    ['page.js', asset('page.js')],
    ['style.css', style],
  ])
}
