import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPostgresTrainingRuns } from '../../src/training/postgres-training-runs.ts'
import { sampleDefinition } from '../experiments/sample-definition.ts'
import { startConsole } from './console-service.ts'

const service = await startConsole({ access: false })
afterAll(service.close)

const shown = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, name]) => name!)

async function open(path: string) {
  const response = await fetch(`${service.url}/console/${path}`)
  return { status: response.status, html: await response.text() }
}

/** The addresses of a list's pages, and what they show, by following the links to older entries. */
async function followOlder(path: string, list: string, pattern: RegExp): Promise<string[][]> {
  const { html } = await open(path)
  const [older] = shown(html, new RegExp(`href="[^"]*?(${path.split('?')[0]}\\?[^"]*)">Older ${list}`, 'g'))
  const entries = shown(html, pattern)
  return older === undefined ? [entries] : [entries, ...(await followOlder(older, list, pattern))]
}

beforeAll(async () => {
  const runs = createPostgresTrainingRuns(service.database)
  const run = { hyperparameters: {}, seed: 1, dataFingerprint: 'by hand', backend: 'cpu' }
  for (let n = 0; n < 101; n++) {
    const id = await runs.start({ ...run, model: `model-${n}` })
    await runs.end(id, { status: 'interrupted', error: 'by hand' })
  }
  await service.database.sql`
    insert into experiments (name, status, definition, created_at)
    select 'experiment-' || n, 'draft', ${service.database.sql.json(sampleDefinition({ name: 'x' }) as never)}::jsonb || jsonb_build_object('name', 'experiment-' || n),
      now() + n * interval '1 second' from generate_series(0, 200) n`
})

test('all trainings can be reached, fifty on a page', async () => {
  const pages = await followOlder('runs', 'trainings', /<bdi>model-(\d+)</g)
  expect(pages.map(({ length }) => length)).toEqual([50, 50, 1])
  expect(pages.flat().map(Number)).toEqual(Array.from({ length: 101 }, (_, n) => 100 - n))
  expect((await open('runs')).html).not.toContain('Newer trainings')
  expect((await open('runs?trainings=50')).html).toContain('Newer trainings')
})

test('all experiments can be reached, two hundred on a page', async () => {
  const pages = await followOlder('experiments', 'experiments', />experiment-(\d+)</g)
  expect(pages.map(({ length }) => length)).toEqual([200, 1])
  expect(pages.flat().map(Number)).toEqual(Array.from({ length: 201 }, (_, n) => 200 - n))
})

test('what is no number is refused', async () => {
  const { status, html } = await open('runs?trainings=-1')
  expect(status).toBe(400)
  expect(html).toContain('The field trainings must be a whole number')
})
