// The files that recommend from an exported model.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import { style } from '../pages/style.ts'

const folder = import.meta.dirname
const asset = (name: string) => readFileSync(join(folder, 'assets', name), 'utf8')

export const recommenderSource = readFileSync(join(folder, 'web-recommender.ts'), 'utf8')

/** Adds items to a history and recommends from it. It imports `./recommender.js`. */
export const pageScript = asset('page.js')

let compiled: string | undefined

/** The recommender as a JavaScript module. */
export function compileRecommender(): string {
  compiled ??= transformSync(recommenderSource, { loader: 'ts', format: 'esm', minifyWhitespace: true }).code
  return compiled
}

/** By name: the recommender and a page that uses it. */
export function webFiles(): Map<string, string> {
  return new Map([
    ['recommender.js', compileRecommender()],
    ['recommender.ts', recommenderSource],
    ['index.html', asset('index.html')],
    ['page.js', pageScript],
    ['style.css', style],
  ])
}
