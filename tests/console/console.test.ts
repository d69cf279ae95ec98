import { beforeAll, describe, expect, test } from 'vitest'
import { createPostgresSessions } from '../../src/http/access/postgres-sessions.ts'
import { sampleResult } from '../retraining/sample-result.ts'
import { expectAccessible, reasonWithoutBrowser } from './browser.ts'
import { fill, hostile, hostileModel, startConsole } from './console-service.ts'
import { createVisitors } from './visitors.ts'

const pages = [
  'overview',
  'models',
  'models?model=projection',
  'models/projection/2',
  'models/projection/3?check=artifact',
  `models/${encodeURIComponent(hostileModel)}/1`,
  'models/compare?a=projection@3&b=projection@2',
  `models/compare?${new URLSearchParams({ a: `${hostileModel}@1`, b: 'projection@1' })}`,
  'data',
  'data/2?count=content',
  'data/3',
  'models/nothing/1',
]

describe.skipIf(reasonWithoutBrowser)(
  `the console in a browser${reasonWithoutBrowser ? ` (skipped: ${reasonWithoutBrowser})` : ''}`,
  async () => {
    const service = await startConsole({ access: true })
    const { url, registry } = service
    const { secrets, signIn, visit } = createVisitors(service)
    beforeAll(() => fill(service))

    test('does not show zero ratings while they are being counted', async () => {
      const { page } = await signIn('read')
      await service.database.sql.begin(async (transaction) => {
        await transaction`lock table ratings in access exclusive mode`
        await page.goto(`${url}/console/overview`)
      })
      const text = await page.innerText('main')
      expect(text).toContain('The ratings are being counted')
      expect(text).not.toContain('No ratings have arrived')
    })

    test('shows every page without errors, on a phone and a desktop, light and dark', async () => {
      const { page, errors } = await signIn('admin')
      for (const path of pages) {
        const response = await page.goto(`${url}/console/${path}`)
        expect((await response!.body()).length, path).toBeLessThan(200_000)
        expect(response!.status(), path).toBe(path === 'models/nothing/1' ? 404 : 200)
        await expectAccessible(page)
      }
      // the browser reports that the status is 404
      expect(errors.filter((error) => !error.includes('404'))).toEqual([])
    }, 180_000)

    test('explains what does not exist', async () => {
      const { page } = await signIn('admin')
      for (const [path, status, sentence] of [
        ['reports/none', 404, 'There is no report of run none'],
        ['models/%00/1', 404, 'There is no version 1'],
        ['models/projection/99', 404, 'There is no version projection@99'],
        ['models/compare?a=x', 400, '"x" is not a version'],
        ['data/99', 404, 'There is no batch 99'],
        ['nothing', 404, 'There is no route'],
      ] as const) {
        const response = await page.goto(`${url}/console/${path}`)
        expect(response!.status(), path).toBe(status)
        expect(await page.innerText('main'), path).toContain(sentence)
      }
    })

    test('shows names as text', async () => {
      const { page, errors } = await signIn('admin')
      const shown = async (path: string) => {
        await page.goto(`${url}/console/${path}`)
        return page.innerText('main')
      }
      expect(await shown('overview')).toContain(hostile)
      expect(await shown('models')).toContain(`${hostileModel}@1`)
      expect(await shown('models/projection/3')).toContain(hostile)
      expect(await shown(`models/${encodeURIComponent(hostileModel)}/1`)).toContain(hostile)
      expect(await shown('data/3')).toContain(hostile)
      expect(await page.title()).not.toContain('undefined')
      expect(errors).toEqual([])
    })

    test('says how the default compares with the baselines, and gives times in the reader’s zone', async () => {
      const { page } = await signIn('read', { timezoneId: 'Asia/Tokyo', locale: 'en-GB' })
      await page.goto(`${url}/console/overview`)
      expect(await page.innerText('.verdict')).toContain('the best baseline, ease, has 0.4010')
      const time = page.locator('time').first()
      const instant = new Date((await time.getAttribute('datetime'))!)
      const local = new Intl.DateTimeFormat('en-GB', {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: 'Asia/Tokyo',
      })
      expect(await time.innerText()).toBe(local.format(instant))
    })

    test('shows how active users and items are, and the drift of the last retraining', async () => {
      const { page } = await signIn('read')
      await page.goto(`${url}/console/data`)
      expect(
        await page.evaluate('[...document.querySelectorAll("svg[role=img]")].map((plot) => plot.ariaLabel)'),
      ).toEqual([
        'Current ratings by value',
        'Users by their number of ratings',
        'Items by their number of ratings',
        'Ratings by rating',
        'Ratings by popularity decile, the most popular first',
      ])
      expect(await page.locator('tbody tr').allInnerTexts()).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Ratings by value\s+0\.004\s+stable$/),
          expect.stringMatching(/^Ratings by popularity of the items\s+0\.118\s+a moderate change$/),
        ]),
      )
      expect(await page.innerText('main')).toContain('39 users and 30 items are new')
    })

    test('can be read without JavaScript', async () => {
      const { page } = await signIn('read', { javaScriptEnabled: false })
      await page.goto(`${url}/console/models/projection/2`)
      expect(await page.innerText('h1')).toBe('projection@2')
      expect(await page.locator('.drawing').count()).toBe(2)
      expect(await page.locator('time').first().innerText()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/)
    })

    test('requires a key, returns to the page, and ends the session on sign-out', async () => {
      const { context, page, errors } = await visit()
      await page.goto(`${url}/`)
      expect(page.url()).toBe(`${url}/console/sign-in?to=overview`)
      await page.goto(`${url}/console/models/projection/2?check=artifact`)
      await expectAccessible(page)
      await page.fill('#key', 'palate_wrong')
      await page.click('button')
      expect(await page.innerText('[role=alert]')).toContain('unknown, revoked or expired')
      await page.fill('#key', secrets.read)
      await page.click('button')
      expect(page.url()).toBe(`${url}/console/models/projection/2?check=artifact`)
      expect(await page.innerText('main')).toContain('The artifact is intact')
      const [cookie] = await context.cookies()
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
      expect(await page.innerText('.sign-out')).toContain(hostile)
      await page.click('.sign-out button')
      expect(page.url()).toBe(`${url}/console/sign-in`)
      // the cookie of the ended session is no longer valid
      await context.addCookies([cookie!])
      await page.goto(`${url}/console/data`)
      expect(page.url()).toBe(`${url}/console/sign-in?to=data`)
      expect(errors.filter((error) => !error.includes('401'))).toEqual([])
    })

    test('redirects to no other site after signing in', async () => {
      const { page } = await visit()
      await page.goto(`${url}/console/sign-in?${new URLSearchParams({ to: '//example.org/' })}`)
      await page.fill('#key', secrets.read)
      await page.click('button')
      expect(page.url()).toBe(`${url}/console/overview`)
    })

    test('ends the sessions of a revoked key', async () => {
      const { key, secret } = await service.issue('read', 'revoked')
      const { page } = await visit()
      await page.goto(`${url}/console/sign-in?to=data`)
      await page.fill('#key', secret)
      await page.click('button')
      expect(page.url()).toBe(`${url}/console/data`)
      await service.keys.revoke(key.id)
      await page.goto(`${url}/console/data`)
      expect(page.url()).toBe(`${url}/console/sign-in?to=data`)
    })

    test('shows no page to a key that may only write, and changes and reports to admin keys only', async () => {
      const writer = await signIn('write')
      await writer.page.goto(`${url}/console/overview`)
      expect(await writer.page.innerText('main')).toContain('requires a key with the scope read')
      const reader = await signIn('read')
      await reader.page.goto(`${url}/console/models/projection/1`)
      expect(await reader.page.locator('form.change').count()).toBe(0)
      const report = `${url}/console/reports/${sampleResult.runId}`
      expect((await reader.page.goto(report))!.status()).toBe(403)
      const token = await reader.page.inputValue('.sign-out [name=token]')
      const refused = await reader.context.request.post(`${url}/console/models/projection/1/promote`, {
        form: { token, replacing: '2', reason: 'not allowed' },
      })
      expect(refused.status()).toBe(403)
      expect(await championOf('projection')).toBe(2)
      const admin = await signIn('admin')
      expect((await admin.page.goto(report))!.status()).toBe(200)
    })

    test('refuses a change without the token of the session', async () => {
      const [first, second] = [await signIn('admin'), await signIn('admin', {})]
      await second.page.goto(`${url}/console/models`)
      const foreign = await second.page.inputValue('.sign-out [name=token]')
      for (const token of [undefined, '', foreign]) {
        const form = { ...(token !== undefined && { token }), replacing: '2', reason: 'forged' }
        const response = await first.context.request.post(`${url}/console/models/projection/1/promote`, {
          form,
        })
        expect(response.status()).toBe(403)
      }
      expect(await championOf('projection')).toBe(2)
    })

    test('promotes, makes the default and rolls back, with the reason and the key on record', async () => {
      const { page, errors } = await signIn('admin')
      await page.goto(`${url}/console/models/projection/3`)
      const stale = await page.context().newPage()
      await stale.goto(`${url}/console/models/projection/1`)
      await submit('promote', 'better in May')
      expect(await championOf('projection')).toBe(3)
      expect((await registry.changes())[0]).toMatchObject({
        kind: 'promotion',
        fromVersion: 2,
        toVersion: 3,
        by: 'admin (console)',
        reason: 'better in May',
      })
      // a form that was loaded before
      await stale.fill('form[action$=promote] [name=reason]', 'too late')
      await stale.click('form[action$=promote] button')
      expect(await stale.innerText('main')).toContain('it was changed in the meantime')
      expect(await championOf('projection')).toBe(3)

      await submit('rollback', hostile)
      expect(page.url()).toBe(`${url}/console/models/projection/2`)
      expect(await championOf('projection')).toBe(2)
      expect(await page.innerText('main')).toContain(hostile)

      await registry.promote(
        { model: hostileModel, version: 1 },
        { by: 'a test', reason: 'to make it the default' },
      )
      await page.goto(`${url}/console/models/${encodeURIComponent(hostileModel)}/1`)
      await submit('default', 'try it')
      expect((await registry.champions()).find(({ isDefault }) => isDefault)?.model).toBe(hostileModel)
      expect(errors).toEqual([])

      async function submit(action: string, reason: string) {
        await page.fill(`form[action$=${action}] [name=reason]`, reason)
        await page.click(`form[action$=${action}] button`)
      }
    })

    test('counts the pages of a session toward the request limit of its key', async () => {
      const { key } = await service.keys.create({
        name: 'limited',
        scopes: ['read'],
        requestsPerMinute: 2,
        expiresAt: null,
      })
      const headers = {
        Cookie: `palate_console=${await createPostgresSessions(service.database).start(key.id)}`,
      }
      const request = () => fetch(`${url}/console/data`, { headers })
      expect([(await request()).status, (await request()).status]).toEqual([200, 200])
      const rejected = await request()
      expect(rejected.status).toBe(429)
      expect(Number(rejected.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(await rejected.text()).toContain('reached its request limit')
    })

    test('requires a reason', async () => {
      const { page, context } = await signIn('admin')
      await page.goto(`${url}/console/models/projection/1`)
      const token = await page.inputValue('form.change [name=token]')
      const response = await context.request.post(`${url}/console/models/projection/1/promote`, {
        form: { token, replacing: '2', reason: ' ' },
      })
      expect(response.status()).toBe(400)
      expect(await response.text()).toContain('a reason is required')
    })

    test('quarantines, releases and undoes a batch', async () => {
      const { page, errors } = await signIn('admin')
      await page.goto(`${url}/console/data/2`)
      await page.click('button[name=count]')
      expect(await page.innerText('.facts')).toMatch(/Users\s+2\s+Items\s+4\s+Values\s+from 1 to 5/)
      await page.fill('form[action$=quarantine] [name=reason]', 'shuffled')
      await page.click('form[action$=quarantine] button')
      expect(await page.innerText('.verdict')).toContain('because: shuffled, by admin (console)')
      expect(await service.ratings.of('u')).toEqual([])
      await page.goto(`${url}/console/overview`)
      expect(await page.innerText('.alarms')).toContain('Batch 2 is quarantined')
      await page.goto(`${url}/console/data/2`)
      await page.click('form[action$=release] button')
      expect(await service.ratings.of('u')).toHaveLength(4)
      await page.fill('form[action$=undo] [name=reason]', 'never wanted')
      await page.check('[name=confirmed]')
      await page.click('form[action$=undo] button')
      expect(await page.innerText('.verdict')).toContain('its ratings are deleted')
      expect(await service.ratings.of('u')).toEqual([])
      expect(errors).toEqual([])
    })

    async function championOf(model: string): Promise<number | undefined> {
      return (await registry.champions()).find((champion) => champion.model === model)?.version
    }
  },
)

describe.skipIf(reasonWithoutBrowser)('the console of an empty service without keys', async () => {
  const service = await startConsole({ access: false })
  const { url } = service
  const { visit } = createVisitors(service)

  test('shows every page without signing in', async () => {
    const { page, errors } = await visit()
    for (const path of ['overview', 'models', 'data']) {
      expect((await page.goto(`${url}/console/${path}`))!.status()).toBe(200)
      await expectAccessible(page)
    }
    expect(await page.goto(`${url}/console/`).then(() => page.url())).toBe(`${url}/console/overview`)
    expect(await page.innerText('.verdict')).toBe('No model serves requests.')
    expect(errors).toEqual([])
  })

  test('changes champions by its forms, which name no key', async () => {
    await service.train()
    await service.train()
    const { page } = await visit()
    await page.goto(`${url}/console/models/projection/2`)
    await page.fill('[name=reason]', 'by hand')
    await page.click('form[action$=rollback] button')
    expect(page.url()).toBe(`${url}/console/models/projection/1`)
    expect((await service.registry.changes())[0]).toMatchObject({ kind: 'rollback', by: 'console' })
  })

  test('refuses forms of other sites', async () => {
    const { context, page } = await visit()
    await page.goto(`${url}/console/models/projection/2`)
    const token = await page.inputValue('[name=token]')
    const response = await context.request.post(`${url}/console/models/projection/2/promote`, {
      headers: { Origin: 'https://example.org' },
      form: { token, replacing: '1', reason: 'forged' },
    })
    expect(response.status()).toBe(403)
  })

  test('leaves / a problem for programs', async () => {
    for (const accept of ['application/json', '*/*']) {
      const response = await fetch(url, { headers: { Accept: accept }, redirect: 'manual' })
      expect(response.status).toBe(404)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    }
  })
})
