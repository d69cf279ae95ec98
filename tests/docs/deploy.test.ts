// The files for containers name commands, metrics and variables that exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'

const root = join(import.meta.dirname, '../..')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')
const filesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(root.length + 1))

const deployed = ['Dockerfile', 'compose.yaml', ...filesIn('deploy')]
const texts = deployed.map((path) => ({ path, text: textOf(path) }))

test('every program is a command', () => {
  const programs = texts.flatMap(({ text }) => text.match(/scripts\/[a-z-]+\.ts/g) ?? [])
  expect(new Set(programs)).toEqual(new Set(['scripts/retrain.ts', 'scripts/serve.ts', 'scripts/worker.ts']))
  for (const program of programs) expect(existsSync(join(root, program))).toBe(true)
})

test('every metric is exported, by the service, by retraining or as the metric of the autoscaler', () => {
  const sources = ['src/http/metrics.ts', 'src/retraining/report/prometheus-textfile.ts'].map(textOf).join()
  const exported = new Set(sources.match(/palate_[a-z_]+/g))
  const used = texts
    .filter(({ path }) => /prometheus|grafana|kubernetes/.test(path))
    .flatMap(({ text }) => text.match(/palate_[a-z0-9_]+/g) ?? [])
    .map((name) => name.replace(/_(bucket|count|sum)$/, ''))
    .filter((name) => name !== 'palate_inference_wait_p90_seconds')
  expect(used.length).toBeGreaterThan(10)
  expect(used.filter((name) => !exported.has(name))).toEqual([])
})

test('every variable of Palate is in its configuration', () => {
  const config = textOf('src/config/config.ts')
  const names = textOf('compose.yaml').match(/^ {4}[A-Z_0-9]+(?=: )/gm) ?? []
  const ofAws = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']
  const unknown = names.map((name) => name.trim()).filter((name) => !config.includes(`${name}:`))
  expect(unknown).toEqual(ofAws)
  const settings = textOf('deploy/kubernetes/kustomization.yaml').matchAll(/- ([A-Z_]+)=(.+)/g)
  expect(() =>
    parseConfig(Object.fromEntries([...settings].map(([, name, value]) => [name, value]))),
  ).not.toThrow()
})

test('the dashboard is JSON whose panels do not overlap', () => {
  const { panels } = JSON.parse(textOf('deploy/grafana/dashboards/palate.json'))
  const corners = panels.map(({ gridPos: { x, y } }: { gridPos: { x: number; y: number } }) => `${x} ${y}`)
  expect(new Set(corners).size).toBe(panels.length)
})
