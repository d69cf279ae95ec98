// The documentation names everything that a user can run, set or request.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelNames } from '../../src/models/models.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('docs/models.md lists every model', () => {
  const page = read('docs/models.md')
  expect(modelNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('docs/operations.md lists every environment variable', () => {
  const variables = [...read('src/config/config.ts').matchAll(/^ {4}([A-Z_]+): /gm)].map((found) => found[1]!)
  const page = read('docs/operations.md')
  expect(variables.length).toBeGreaterThan(5)
  expect(variables.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

test('docs/http-api.md lists every path', () => {
  const paths = [...read('src/client/api.ts').matchAll(/^ {4}"(\/[^"]*)": \{/gm)].map((found) => found[1]!)
  const page = read('docs/http-api.md')
  // one row stands for all routes of experiments; the assets of the reference page are not requested by hand
  const summarized = /^\/(experiments|docs)\//
  const isListed = (path: string) =>
    new RegExp(`${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/?`\\s]+')}[?\`]`).test(page)
  expect(paths.length).toBeGreaterThan(20)
  expect(paths.filter((path) => !summarized.test(path) && !isListed(path))).toEqual([])
})

test('docs/architecture.md lists every folder of src in the order in which they may import each other', async () => {
  const listed = [...read('docs/architecture.md').matchAll(/^\| `([a-z]+)` \|/gm)].map((found) => found[1]!)
  const [, ordered] =
    /'((?:[a-z]+ )+[a-z]+)'\.split/.exec(read('tests/architecture.test.ts').replace(/\n\s*/g, '')) ?? []
  expect(listed.join(' ')).toBe(ordered)
})

test('every npm script is documented', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ]
    .filter((path) => path.endsWith('.md'))
    .map(read)
    .join('\n')
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  // npm itself runs these
  const names = Object.keys(scripts).filter((name) => !['prepare', 'test'].includes(name))
  expect(names.filter((name) => !pages.includes(`npm run ${name}`))).toEqual([])
})

test('package.json decides on every install script, and docs/operations.md lists it', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { readonly hasInstallScript?: boolean }>
  }
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> }
  const names = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.split('node_modules/').at(-1)!)
  expect(names.filter((name) => !(name in allowScripts))).toEqual([])
  const page = read('docs/operations.md')
  const listed = (name: string) =>
    page.includes(`| \`${name}\``) || page.includes(`| \`${name.replace(/[^/]*$/, '*')}\``)
  expect(names.filter((name) => !listed(name))).toEqual([])
})
