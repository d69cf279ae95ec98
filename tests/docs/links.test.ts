// The documentation holds together: links and anchors lead somewhere, and commands exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

function linksOf(page: string): string[] {
  return [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((found) => found[1]!)
    .filter((link) => !/^[a-z]+:/.test(link))
}

/** The anchors of a page's headings as GitHub makes them. */
function anchorsOf(page: string): Set<string> {
  const headings = textOf(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path))
  if (!existsSync(join(root, target))) return true
  return anchor !== undefined && !anchorsOf(target).has(anchor)
}

describe.each(pages)('%s', (page) => {
  test('has only links that lead to a file, and to an anchor where they name one', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([])
  })

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = [...textOf(page).matchAll(/npm run ((?:-\S+ )*)([a-z][\w:-]*)/g)].map((found) => found[2]!)
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([])
  })

  test('names only files and folders that exist', () => {
    const paths = [...textOf(page).matchAll(/`((?:src|scripts|tests|migrations)\/[\w./-]*)`/g)].map(
      (found) => found[1]!,
    )
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('shares no sentence with another page', () => {
    const sentences = sentencesOf(page)
    const elsewhere = new Set(pages.filter((other) => other !== page).flatMap(sentencesOf))
    expect(sentences.filter((sentence) => elsewhere.has(sentence))).toEqual([])
  })
})

/** Sentences of at least 50 characters outside of code, tables and generated lists. */
function sentencesOf(page: string): string[] {
  return withoutCode(textOf(page))
    .replace(/^[|#-].*$/gm, '')
    .replace(/\s+/g, ' ')
    .split(/(?<=[.:]) /)
    .filter(({ length }) => length >= 50)
}

test('the README has at most 160 lines and links every page', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(160)
  const linked = linksOf('README.md')
  expect(pages.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([])
})

test('the model quality in the README is that of docs/results.md', () => {
  const rows = [...textOf('README.md').matchAll(/^\| ([a-z-]+) \| (\d\.\d{4} ± .*?) \|/gm)]
  const results = textOf('docs/results.md')
  expect(rows.length).toBeGreaterThan(0)
  expect(
    rows.filter(([, model, figure]) => !results.includes(`| ${model} | ${figure} |`)).map(([row]) => row),
  ).toEqual([])
})

test('the speed in the README is that of docs/benchmarks.md', () => {
  const figures = [
    ...textOf('README.md').matchAll(/^\| (?:training|requests per second)[^|]*\|(.*)$/gm),
  ].flatMap(([, cells]) => cells!.match(/\d[\d,]*(?:\.\d+)?(?= ms| \(|, | \||$)/g) ?? [])
  const benchmarks = textOf('docs/benchmarks.md')
  expect(figures.length).toBeGreaterThan(0)
  expect(figures.filter((figure) => !benchmarks.includes(figure))).toEqual([])
})
