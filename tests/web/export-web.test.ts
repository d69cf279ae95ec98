// npm run export-web, and its page in a browser.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { columnCounts } from '../../src/interactions/csr/csr-matrix.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { findModel, type ModelName } from '../../src/models/models.ts'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'
import { createPostgresUserRatings } from '../../src/ratings/postgres-user-ratings.ts'
import { artifactOf } from '../../src/registry/artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { fit } from '../../src/training/fit.ts'
import { openWebModel, type WebRecommender } from '../../src/web/web-recommender.ts'
import { expectAccessible, openBrowser, openPage, reasonWithoutBrowser } from '../console/browser.ts'
import { hostile, startConsole } from '../console/console-service.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { provenance } from '../registry/test-registry.ts'
import { runScript } from '../retraining/run-script.ts'
import { runCommandHere } from '../run-command-here.ts'

const database = await createTestDatabase()
const home = await mkdtemp(join(tmpdir(), 'export-web-'))
const out = join(home, 'dist')

const env = { DATABASE_URL: database.url, PALATE_HOME: home }
const run = (...options: string[]) => runCommandHere('export-web', ['--out', out, ...options], { env })

beforeAll(async () => {
  await useBackend('cpu')
  const world = createPlantedWorld({ users: 60, items: 40, ratingsPerUser: 12, seed: 5 })
  await createPostgresUserRatings(database).save([...world.ratings()])
  const data = await loadInteractions(database.sql)
  const registry = openRegistry(database, { home })
  for (const name of ['ease', 'popularity'] satisfies ModelName[]) {
    const trained = await fit({ model: findModel(name), train: data.matrix, seed: 1 })
    const hyperparameters = { ...trained.hyperparameters }
    await registry.publish(
      artifactOf({ model: name, weights: trained.weights, hyperparameters }, data),
      provenance,
    )
    await registry.promote({ model: name, version: 1 }, { by: 'a test', reason: 'to export' })
  }
  await database.sql`update items set title = ${hostile} where id = ${data.items.ids[0]!}`
  await database.sql`update items set hidden = true where id = ${data.items.ids[1]!}`
  // a title that is the id of another item
  const counts = columnCounts(data.matrix)
  const popular = data.items.ids[counts.indexOf(Math.max(...counts.slice(2)), 2)]!
  const [other] = data.items.ids.slice(2).filter((id) => id !== popular)
  await database.sql`update items set title = 'The most popular one' where id = ${popular}`
  await database.sql`update items set title = ${popular} where id = ${other!}`
  const options = ['--model', 'ease', '--precision', 'float32', '--json']
  const exported = await runScript('export-web', ['--out', out, ...options], { env })
  expect(exported.code, exported.stderr).toBe(0)
  expect(JSON.parse(exported.stdout)).toMatchObject({ model: 'ease@1', precision: 'float32', items: 40 })
})

afterAll(() => rm(home, { recursive: true }))

test('the JavaScript of the folder recommends as the TypeScript does', async () => {
  const { openWebModel: open } = await import(pathToFileURL(join(out, 'recommender.js')).href)
  const bytes = Uint8Array.from(await readFile(join(out, 'model.safetensors'))).buffer
  const [compiled, source]: WebRecommender[] = [open(bytes), openWebModel(bytes)]
  const [titled, hiddenItem, ...others] = source!.itemIds
  expect(source!.titles[0]).toBe(hostile)
  const history = [{ itemId: others[0]! }]
  expect(compiled!.recommend(history)).toEqual(source!.recommend(history))
  const recommended = source!.recommend(history, 40).items.map(({ itemId }) => itemId)
  expect(recommended).toContain(titled)
  expect(recommended).not.toContain(hiddenItem)
})

test('the folder has no other file, also after a second export', async () => {
  const before = (await readFile(join(out, 'model.safetensors'))).byteLength
  const { code, stdout } = await run('--model', 'ease@1')
  expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: 8 })
  expect((await readdir(out)).sort()).toEqual([
    ...['index.html', 'model.safetensors', 'page.js', 'recommender.js', 'recommender.ts', 'style.css'],
  ])
  expect((await readFile(join(out, 'model.safetensors'))).byteLength).toBeLessThan(before)
})

test.each([
  [['--model', 'popularity'], /popularity cannot be exported.*Models that can be: mult-vae/],
  [['--model', 'mult-dae'], /no champion of mult-dae; there are champions of/],
  [['--precision', 'int4'], /Allowed choices are int8, float32/],
])('%j is refused', async (options, message) => {
  const { code, stderr } = await run(...options)
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) })
})

describe.skipIf(reasonWithoutBrowser)(
  `the page${reasonWithoutBrowser ? ` (skipped: ${reasonWithoutBrowser})` : ''}`,
  () => {
    let context: BrowserContext
    const types: Record<string, string> = { js: 'text/javascript', html: 'text/html', css: 'text/css' }
    const server = createServer((request, response) => {
      const file = request.url === '/' ? 'index.html' : request.url!.slice(1)
      readFile(join(out, file)).then(
        (content) =>
          response
            .writeHead(200, { 'content-type': types[file.split('.').at(-1)!] ?? 'application/octet-stream' })
            .end(content),
        () => response.writeHead(404).end(),
      )
    })

    beforeAll(async () => {
      context = await (await openBrowser()).newContext()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })

    afterAll(async () => {
      await context.close()
      server.close()
    })

    test('recommends in the browser as in Node, from a history that causes no request', async () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const { page, errors } = await openPage(context, url)
      await page.goto(`${url}/`)
      const recommender = openWebModel(Uint8Array.from(await readFile(join(out, 'model.safetensors'))).buffer)
      const labels = (history: string[]) =>
        recommender
          .recommend(history.map((itemId) => ({ itemId })))
          .items.map(({ itemId, title }) => title ?? itemId)
      const shown = () => page.locator('#recommended li').allTextContents()
      await expect.poll(shown).toEqual(labels([]))
      expect(labels([])).toContain('The most popular one')
      let requests = 0
      page.on('request', () => requests++)
      const itemId = recommender.itemIds[5]!
      await page.getByLabel('Item').fill(itemId)
      await page.getByRole('button', { name: 'Add to the history' }).click()
      expect(await shown()).toEqual(labels([itemId]))
      expect(await page.locator('#basis').textContent()).toMatch(/^From the history, in [\d.]+ ms\.$/)
      await page.getByLabel('Item').fill('no such item')
      await page.getByRole('button', { name: 'Add to the history' }).click()
      expect(await shown()).toEqual(labels([itemId]))
      await expectAccessible(page)
      await page.getByRole('button', { name: `Remove ${itemId}` }).click()
      expect(await shown()).toEqual(labels([]))
      expect({ requests, errors }).toEqual({ requests: 0, errors: [] })
    })

    test('the console has it for each version that can be exported', async () => {
      const service = await startConsole({ access: false })
      onTestFinished(() => service.close())
      const { artifact } = await openRegistry(database, { home }).load({ model: 'ease', version: 1 })
      await service.registry.publish(artifact, provenance)
      await service.train(0.1)
      const { page, errors } = await openPage(context, service.url)
      await page.goto(`${service.url}/console/models/ease/1`)
      await page.getByRole('link', { name: 'Recommend with it on this device' }).click()
      await page.locator('#recommended li').first().waitFor()
      expect(await page.locator('#about').textContent()).toMatch(/^ease@1: 40 items/)
      await page.getByLabel('Item').fill(artifact.items.ids[5]!)
      await page.getByRole('button', { name: 'Add to the history' }).click()
      expect(await page.locator('#basis').textContent()).toMatch(/^From the history/)
      await expectAccessible(page)
      expect(errors).toEqual([])
      const refused = await fetch(`${service.url}/console/models/projection/1/on-device`)
      expect(await refused.text()).toContain('This model cannot be exported')
      expect((await fetch(`${service.url}/console/models/projection/1/web-model`)).status).toBe(404)
    })
  },
)
