import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPostgresSegments } from '../../src/segments/postgres-segments.ts'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { expectAccessible, reasonWithoutBrowser } from './browser.ts'
import { hostile, startConsole } from './console-service.ts'
import { createVisitors } from './visitors.ts'

/** a and b on the left, c and d on the right; ten users on each side. */
const map = {
  items: {
    positions: Float32Array.of(-1, 0, -0.5, 0, 1, 0.25, 0.5, 0),
    quality: { map: 0.9, components: 0.5 },
  },
  users: {
    projection: { mean: Float32Array.of(2, 2), components: Float32Array.of(1, 0, 0, 1) },
    anchors: {
      dimensions: 2,
      points: Float32Array.from({ length: 40 }, (_, n) => (n < 20 === (n % 2 === 0) ? 0.7 : -0.7)),
      positions: Float32Array.from({ length: 40 }, (_, n) => (n % 2 === 1 ? n / 40 : n < 20 ? -0.75 : 0.75)),
    },
    activity: Float32Array.from({ length: 20 }, (_, n) => n),
    quality: { map: 0.75, components: 0.5 },
  },
}

const characteristic = { share: 0.8, shareElsewhere: 0.1, logOdds: 2 }
const segment = { users: 10, share: 0.5, attributes: [], items: [{ itemId: 'c', ...characteristic }] }

describe.skipIf(reasonWithoutBrowser)(
  `the map in a browser${reasonWithoutBrowser ? ` (skipped: ${reasonWithoutBrowser})` : ''}`,
  async () => {
    const service = await startConsole({ access: true })
    const { url, ratings, catalog, registry, database } = service
    const { signIn } = createVisitors(service)

    beforeAll(async () => {
      await ratings.save([
        { userId: 'u', itemId: 'a', value: 5 },
        { userId: 'u', itemId: 'b', value: 4 },
        { userId: 'u', itemId: 'unknown', value: 4 },
      ])
      await catalog.save([
        { id: 'a', title: 'Alpha', attributes: { genre: ['Drama', 'War'], year: 1999 } },
        { id: 'b', title: hostile, attributes: { genre: 'War' } },
        { id: 'c', title: 'Gamma', attributes: { genre: hostile } },
        { id: 'd', title: 'Delta', attributes: { genre: hostile } },
      ])
      const name = await registry.publish({ ...projectionArtifact(0.1), map }, provenance)
      await registry.promote(name, { by: 'a test', reason: 'to serve' })
      await createPostgresSegments(database).save({
        ...{ ...name, seed: 1, users: 20, silhouette: 0.5, stability: 0.9 },
        segments: [
          { ...segment, segment: 1, name: hostile, centroid: [0.7, -0.7] },
          { ...segment, segment: 2, name: 'War', centroid: [-0.7, 0.7] },
        ],
      })
      await service.champions.refresh()
    })

    test('shows items and users without errors, on a phone and a desktop, light and dark', async () => {
      const { page, errors } = await signIn('read')
      for (const path of ['map/items?user=u', 'map/users?color=segment']) {
        const response = await page.goto(`${url}/console/${path}`)
        await page.waitForSelector('.map-live')
        expect((await response!.body()).length, path).toBeLessThan(200_000)
        expect(response!.status(), path).toBe(200)
        await expectAccessible(page)
      }
      expect(await page.locator('.map-legend li').allInnerTexts()).toEqual([`1 ${hostile} 10`, '2 War 10'])
      expect(errors).toEqual([])
    }, 60_000)

    test('draws the points where the picture has them, in the colors of the legend', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/map/items?color=attribute:genre`)
      await page.waitForSelector('.map-live')
      // Drama and War are less frequent than the markup
      expect(await page.locator('.map-legend li').allInnerTexts()).toEqual([
        `${hostile} 2`,
        'War 1',
        'Drama 1',
      ])
      const colors = await readColors(page, [
        [-1, 0],
        [-0.5, 0],
        [1, 0.25],
        [0, 0],
      ])
      // --series-3, --series-2, --series-1 and nothing
      expect(colors).toEqual(['0,158,115', '213,94,0', '0,114,178', 'nothing'])
      expect(errors).toEqual([])
    })

    test('names the point under the cursor and opens its page', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/map/items`)
      await page.waitForSelector('.map-live')
      const [left, top] = await placeOf(page, [-0.5, 0])
      await page.mouse.move(left, top)
      await page.locator('.map-name:not([hidden])').waitFor()
      expect(await page.innerText('.map-name')).toBe(hostile)
      await page.mouse.click(left, top)
      await page.waitForURL('**/items/item?id=b')
      expect(errors).toEqual([])
    })

    test('lists what is inside a lasso, as a table and as CSV', async () => {
      const { page, context, errors } = await signIn('read')
      await page.goto(`${url}/console/map/items?color=attribute:genre`)
      await page.waitForSelector('.map-live')
      await page.click('[data-action=lasso]')
      const corners: [number, number][] = [
        [-1.1, -0.4],
        [-0.2, -0.4],
        [-0.2, 0.4],
        [-1.1, 0.4],
      ]
      for (const [n, corner] of corners.entries()) {
        const [left, top] = await placeOf(page, corner)
        await page.mouse.move(left, top, { steps: 5 })
        if (n === 0) await page.mouse.down()
      }
      await page.mouse.up()
      await page.locator('#selection table').last().waitFor()
      expect(await page.innerText('.map-status')).toBe('2 items in the selection')
      // the most popular first
      expect(await page.locator('#selection table').last().locator('tbody th').allInnerTexts()).toEqual([
        'Alpha',
        hostile,
      ])
      await expectAccessible(page)
      const csv = await context.request.get(
        new URL((await page.getAttribute('#selection a', 'href'))!, page.url()).href,
      )
      expect(csv.headers()['content-disposition']).toContain('attachment')
      expect((await csv.text()).split('\r\n').slice(0, 2)).toEqual([
        'itemId,trainingRatings,x,y,title',
        'a,3,-1,0,Alpha',
      ])
      expect(errors).toEqual([])
    })

    test('is moved by keys, and lists what is in view', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/map/items`)
      await page.waitForSelector('.map-live')
      await page.focus('.map-live svg')
      for (const key of ['+', '+', '+', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter'])
        await page.keyboard.press(key)
      await page.getByText('2 items in the selection').first().waitFor()
      expect(await page.locator('#selection table').last().locator('tbody th').allInnerTexts()).toEqual([
        'Gamma',
        'Delta',
      ])
      await page.keyboard.press('0')
      await page.keyboard.press('Enter')
      await page.getByText('4 items in the selection').first().waitFor()
      await page.keyboard.press('Escape')
      expect(await page.innerText('#selection')).toBe('')
      expect(errors).toEqual([])
    })

    test('marks the history of a user and the list of the model, and moves there', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/users/user?id=u`)
      await page.click('text=Items on the map')
      expect(await page.locator('tbody tr').allInnerTexts()).toEqual([
        expect.stringMatching(/^Gamma\s+recommended\s+rank 1$/),
        expect.stringMatching(/^Delta\s+recommended\s+rank 2$/),
        expect.stringMatching(/^Alpha\s+rated\s+rated 5$/),
        expect.stringContaining(hostile),
      ])
      expect(await page.innerText('main')).toContain('1 item is not on the map')
      await page.goto(`${url}/console/items/item?id=c`)
      await page.click('text=On the map')
      const center = await placeOf(page, [0, 0])
      const position = async () => {
        const box = (await page.locator('.map-live .mark.found').boundingBox())!
        return Math.hypot(box.x + box.width / 2 - center[0], box.y + box.height / 2 - center[1])
      }
      await expect.poll(position, { timeout: 10_000 }).toBeLessThan(3)
      expect(errors).toEqual([])
    })

    test('finds items by words of their titles, and users', async () => {
      const { page } = await signIn('read')
      await page.goto(`${url}/console/map/items`)
      await page.fill('#item', 'gam')
      await page.press('#item', 'Enter')
      await page.locator('.map-live .mark.found').waitFor({ state: 'attached' })
      expect(await page.locator('tbody th').allInnerTexts()).toEqual(['Gamma'])
      await page.fill('#item', 'nothing')
      await page.press('#item', 'Enter')
      expect(await page.innerText('[role=alert]')).toContain('No item has the id or the title “nothing”')
      await page.click('main >> text=Users')
      await page.fill('#user', 'u')
      await page.press('#user', 'Enter')
      await page.locator('.map-live .mark.found').waitFor({ state: 'attached' })
      await page.click('text=1 on the map')
      expect(await page.innerText('main')).toContain('of 80 % of its users')
    })

    test('is a picture without JavaScript or WebGL', async () => {
      const plain = await signIn('read', { javaScriptEnabled: false })
      await plain.page.goto(`${url}/console/map/items?item=c`)
      expect(await plain.page.locator('.map-picture').isVisible()).toBe(true)
      expect(await plain.page.locator('.map-picture title').allTextContents()).toEqual(['Gamma'])
      // c at 480 of 500 to the right, and 120 upwards
      expect(await plain.page.getAttribute('.map-picture .mark', 'transform')).toBe('translate(980 380)')
      const { page, errors } = await signIn('read')
      await page.addInitScript('HTMLCanvasElement.prototype.getContext = () => null')
      await page.goto(`${url}/console/map/items`)
      await page.getByText('WebGL 2 is not available').waitFor()
      expect(await page.locator('.map-picture').isVisible()).toBe(true)
      expect(await page.locator('.controls').isVisible()).toBe(false)
      await expectAccessible(page)
      expect(errors).toEqual([])
    })

    test('is loaded once for a version, and refused when its points have changed', async () => {
      const { page, context } = await signIn('read')
      await page.goto(`${url}/console/map/items`)
      const addressOf = async (name: string) =>
        new URL((await page.getAttribute('.map', name))!, page.url()).href
      const positions = await context.request.get(await addressOf('data-positions'))
      expect(positions.headers()['cache-control']).toBe('private, max-age=31536000, immutable')
      const { buffer, byteOffset } = await positions.body()
      expect([...new Float32Array(buffer.slice(byteOffset, byteOffset + 32))]).toEqual([
        ...map.items.positions,
      ])
      const names = await addressOf('data-names')
      const first = await context.request.get(names)
      const again = await context.request.get(names, { headers: { 'If-None-Match': first.headers().etag! } })
      expect(again.status()).toBe(304)
      for (const [address, status, sentence] of [
        [names.replace(/edition=\w+/, 'edition=old'), 400, 'The map has other points now'],
        [`${url}/console/map/items?color=attribute:none`, 400, 'items have no attribute for attribute:none'],
        [`${url}/console/map/items?segment=9`, 400, 'The model has no segment 9'],
        [`${url}/console/map/items?model=none`, 404, 'There is no model "none"'],
      ] as const) {
        const response = await context.request.get(address)
        expect(response.status(), address).toBe(status)
        expect(await response.text()).toContain(sentence.replaceAll('"', '&quot;'))
      }
    })

    test('shows users by activity where they have no segments, as after another model was chosen', async () => {
      await database.sql`delete from segmentations`
      const { page } = await signIn('read')
      await page.goto(`${url}/console/map/users?color=segment`)
      expect(await page.getByLabel('Color').inputValue()).toBe('activity')
      expect(await page.locator('#color option').allTextContents()).toEqual(['Number of ratings'])
    })
  },
)

/** The position of a place of the map in the window, while all of it is shown. */
async function placeOf(page: Page, [x, y]: readonly [number, number]): Promise<[left: number, top: number]> {
  const box = (await page.locator('.map-live').boundingBox())!
  const scale = Math.min(box.width, box.height) / 2.1
  return [box.x + box.width / 2 + x * scale, box.y + box.height / 2 - y * scale]
}

/** The colors of a frame of the canvas. */
function readColors(page: Page, places: readonly (readonly [number, number])[]): Promise<string[]> {
  return page.evaluate(`(async () => {
    const canvas = document.querySelector('.map-live canvas')
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
    const context = copy.getContext('2d')
    document.querySelector('[data-action=whole]').click()
    // after the frame is drawn, and before it is shown and cleared
    await new Promise(requestAnimationFrame)
    context.drawImage(canvas, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const scale = Math.min(canvas.width, canvas.height) / 2.1
    return ${JSON.stringify(places)}.map(([x, y]) => {
      const [left, top] = [canvas.width / 2 + x * scale, canvas.height / 2 - y * scale].map(Math.round)
      const [red, green, blue, alpha] = data.slice(4 * (top * canvas.width + left))
      return alpha === 0 ? 'nothing' : [red, green, blue].join()
    })
  })()`)
}
