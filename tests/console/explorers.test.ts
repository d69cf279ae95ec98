import { beforeAll, describe, expect, test } from 'vitest'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { expectAccessible, reasonWithoutBrowser } from './browser.ts'
import { hostile, startConsole } from './console-service.ts'
import { createVisitors } from './visitors.ts'

const longId = `長/${'x'.repeat(1000)}`
/** Ids that a path or a query could change. */
const ids = ['..', 'a/b', '100%', '%2F', '?q#f&g=h+i', '🎬 é', longId, hostile]

const user = (id: string) => `users/user?${new URLSearchParams({ id })}`
const item = (id: string) => `items/item?${new URLSearchParams({ id })}`

describe.skipIf(reasonWithoutBrowser)(
  `the explorers in a browser${reasonWithoutBrowser ? ` (skipped: ${reasonWithoutBrowser})` : ''}`,
  async () => {
    const service = await startConsole({ access: true })
    const { url, ratings, catalog, registry, database } = service
    const { signIn, visit } = createVisitors(service)

    beforeAll(async () => {
      await ratings.save([
        ...['a', 'b'].map((itemId, n) => ({ userId: 'u', itemId, value: 5 - n, time: 1_700_000_000 + n })),
        { userId: 'v', itemId: 'a', value: 4 },
        { userId: 'w', itemId: 'c', value: 5 },
      ])
      await catalog.save([
        {
          id: 'a',
          title: 'Alpha',
          attributes: { year: 1999, genres: ['Drama', hostile], [hostile]: hostile },
        },
        { id: 'b', title: hostile },
        { id: 'c', title: 'Gamma rays' },
        { id: 'd', title: 'Delta', availableFrom: new Date('2020-01-01T00:00:00Z') },
        { id: 'e', title: 'Unknown to the models' },
      ])
      // ids from before there were limits
      await database.sql`insert into users ${database.sql(ids.map((id) => ({ id })))}`
      await database.sql`insert into items ${database.sql(ids.map((id) => ({ id, title: `Title of ${id}` })))}`
      await database.sql`
        insert into ratings ${database.sql(ids.map((id) => ({ user_id: id, item_id: id, value: 3 })))}`
      await service.train(0.1)
      const tilted = await registry.publish({ ...projectionArtifact(0.4), model: 'tilted' }, provenance)
      await registry.promote(tilted, { by: 'a test', reason: 'to compare' })
      await service.champions.refresh()
    })

    test.each([
      [
        'users',
        [
          'users',
          user('u'),
          'users/why?id=u&model=projection&item=c',
          'models/lists?a=projection@1&b=tilted@1',
        ],
      ],
      ['users with long ids', [user(longId), 'users/similar?id=u&model=projection']],
      ['items', ['items?q=title', item('a'), 'items/audience?id=c&model=projection']],
    ])('show pages of %s without errors, on a phone and a desktop, light and dark', async (_, paths) => {
      const { page, errors } = await signIn('admin')
      for (const path of paths) {
        const response = await page.goto(`${url}/console/${path}`)
        await expect.poll(() => page.locator('div[data-part]').count(), { timeout: 10_000 }).toBe(0)
        expect((await response!.body()).length, path).toBeLessThan(200_000)
        expect(response!.status(), path).toBe(200)
        await expectAccessible(page)
      }
      expect(errors).toEqual([])
    })

    test('compare the lists of two versions for the same users, also of a version that does not serve', async () => {
      const { version } = await registry.publish(projectionArtifact(0.5), provenance)
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/models/compare?a=projection@1&b=projection@${version}`)
      await page.getByText('Lists of five users, side by side').click()
      const ofUser = page
        .locator('section')
        .filter({ has: page.getByRole('link', { name: 'u', exact: true }) })
        .first()
      await ofUser.waitFor()
      expect(await ofUser.locator('h3').allInnerTexts()).toEqual([
        'u',
        'projection@1',
        `projection@${version}`,
      ])
      expect(await ofUser.innerText()).toContain('2 of 2 items are in both lists.')
      for (const list of await ofUser.locator('ol').all())
        expect((await list.locator('li').allInnerTexts()).toSorted()).toEqual(['Delta', 'Gamma rays'])
      expect(errors).toEqual([])
    })

    test('find users by the start of their ids and items by the words of their titles', async () => {
      const { page } = await signIn('read')
      await page.goto(`${url}/console/users`)
      await page.fill('#q', '%2')
      await page.press('#q', 'Enter')
      expect(await page.locator('tbody th').allInnerTexts()).toEqual(['%2F'])
      await page.click('tbody a')
      expect(await page.innerText('h1')).toBe('User %2F')
      await page.goto(`${url}/console/items`)
      await page.fill('#q', 'ray gam')
      await page.press('#q', 'Enter')
      expect(await page.locator('tbody th').allInnerTexts()).toEqual(['Gamma rays'])
      await page.click('tbody a')
      expect(await page.innerText('h1')).toBe('Gamma rays')
      for (const [path, sentence] of [
        ['users?q=nothing', 'No id of a user starts with “nothing”'],
        ['items?q=nothing', 'No item has the id “nothing”'],
        [user('nothing'), 'There are no ratings of this user'],
        [item('e'), 'Unknown to the models'],
      ] as const) {
        const response = await page.goto(`${url}/console/${path}`)
        expect(response!.status()).toBe(200)
        expect(await page.innerText('main')).toContain(sentence)
      }
    })

    test('list users and items in pages', async () => {
      await database.sql`insert into users select 'page-' || lpad(n::text, 3, '0') from generate_series(1, 201) n`
      const { page } = await signIn('read')
      await page.goto(`${url}/console/users?q=page-`)
      const seen: string[] = []
      for (;;) {
        seen.push(...(await page.locator('tbody th').allInnerTexts()))
        const next = page.getByText('Next users')
        if ((await next.count()) === 0) break
        await next.click()
      }
      expect(seen).toHaveLength(201)
      expect(new Set(seen).size).toBe(201)
    })

    test('show ids and titles as text, whatever they contain', async () => {
      const { page, errors } = await signIn('admin')
      for (const id of ids) {
        await page.goto(`${url}/console/${user(id)}`)
        expect(await page.innerText('h1'), id).toBe(`User ${id}`)
        await page.click('.history tbody a')
        expect(await page.innerText('h1'), id).toBe(`Title of ${id}`)
        expect(await page.innerText('.facts'), id).toContain(id)
        await page.waitForSelector('figure')
      }
      await page.goto(`${url}/console/${item('a')}`)
      expect(await page.innerText('main')).toContain(`Drama, ${hostile}`)
      await page.goto(`${url}/console/${user('u')}`)
      expect(await page.innerText('.history')).toContain(hostile)
      expect(errors).toEqual([])
    })

    test('return to the page of any id after signing in', async () => {
      const { page } = await visit()
      const { secret } = await service.issue('read', 'to return')
      await page.goto(`${url}/console/${user('a/b*?&=+é')}`)
      await page.fill('#key', secret)
      await page.click('button')
      expect(await page.innerText('h1')).toBe('User a/b*?&=+é')
    })

    test('refuse ids that no user can have, and name unknown items', async () => {
      const { page } = await signIn('read')
      for (const [path, status, sentence] of [
        ['users/user', 400, 'must have 1 to'],
        ['users/user?id=a%00b', 400, 'none of them U+0000'],
        ['users/user?id=u&after=x', 400, 'reload the page'],
        ['users?q=%00', 400, 'none of them U+0000'],
        ['items?q=a&after=[1]', 400, 'search again'],
        [item('nothing'), 404, 'There is no item "nothing"'],
        ['users/why?id=u&model=nothing&item=a', 404, 'There is no model "nothing"'],
        ['users/why?id=u&model=projection&item=e', 404, 'does not know item "e"'],
      ] as const) {
        const response = await page.goto(`${url}/console/${path}`)
        expect(response!.status(), path).toBe(status)
        expect(await page.innerText('main'), path).toContain(sentence)
      }
    })

    test('show the lists of all champions and why each item is in them', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/${user('u')}`)
      const lists = page.locator('#outcome .list')
      expect(await lists.locator('h3').allInnerTexts()).toEqual(['projection@1 default', 'tilted@1'])
      expect(await lists.first().locator('li > a').allInnerTexts()).toEqual(['Gamma rays', 'Delta'])
      await lists.first().locator('summary').first().click()
      const bars = lists.first().locator('details[open] tbody tr')
      await bars.first().waitFor()
      const response = await service.champions.use('projection', async (served) => served)
      expect(response.manifest.version).toBe(1)
      // score of c by x P Pᵀ: 5 (1·.1 + .1·1) + 4 (.5·.1 + .1·1)
      expect(await bars.allInnerTexts()).toEqual([
        expect.stringMatching(/^Alpha\s+\+1\.000/),
        expect.stringMatching(/\+0\.600/),
      ])
      expect(errors).toEqual([])
    })

    test('compute the lists of a changed history as ratings are unchecked', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/${user('u')}`)
      await page.uncheck('[aria-label="With the rating of Alpha"]')
      await page.waitForSelector('[data-status]')
      expect(await page.innerText('#what-if-status')).toBe('The lists without 1 rating.')
      const first = page.locator('#outcome .list').first()
      // an item that is not rated is in the list again
      expect(await first.locator('li > a').allInnerTexts()).toEqual(['Alpha', 'Gamma rays', 'Delta'])
      expect(await first.locator('.move').allInnerTexts()).toEqual(['new', 'was 1', 'was 2'])
      await expectAccessible(page)

      await page.fill('#add', 'gamma')
      await page.locator('#suggestions option[value=c]').waitFor({ state: 'attached' })
      await page.fill('#value', '2.5')
      await page.press('#add', 'Enter')
      await page.waitForSelector('.added')
      expect(await page.innerText('.added')).toContain('Gamma rays rated 2.5')
      expect(await page.inputValue('#add')).toBe('')
      expect(await first.locator('li > a').allInnerTexts()).toEqual(['Alpha', 'Delta'])
      // the history of the form, not that of the database, is explained
      await first.locator('summary').nth(1).click()
      await first.locator('details[open] tbody tr').first().waitFor()
      expect(await first.locator('details[open] tbody th').allInnerTexts()).toEqual(['Gamma rays', hostile])

      await page.fill('#add', 'no such title')
      await page.click('button.update')
      await page.waitForSelector('.refusal')
      expect(await page.innerText('.refusal')).toContain('No item has the id or the title “no such title”')
      expect(await page.inputValue('#add')).toBe('no such title')
      // uncheck() would wait for the box, which is gone with the item
      await page.click('[name=added]')
      await page.check('[aria-label="With the rating of Alpha"]')
      await page.locator('[data-status]').waitFor({ state: 'detached' })
      expect(await first.locator('li > a').allInnerTexts()).toEqual(['Gamma rays', 'Delta'])
      expect(await ratings.of('u')).toHaveLength(2)
      expect(errors).toEqual([])
    })

    test('compute them by a button without JavaScript', async () => {
      const { page } = await signIn('read', { javaScriptEnabled: false })
      await page.goto(`${url}/console/${user('u')}`)
      await page.uncheck('[aria-label="With the rating of Alpha"]')
      await page.fill('#add', 'c')
      await page.press('#add', 'Enter')
      expect(page.url()).toBe(`${url}/console/users/what-if`)
      expect(await page.innerText('[data-status]')).toBe('The lists without 1 rating and with 1 added item.')
      expect(await page.isChecked('[aria-label="With the rating of Alpha"]')).toBe(false)
      await page.locator('#outcome summary').first().click()
      await page.locator('#outcome details[open] button').click()
      expect(page.url()).toBe(`${url}/console/users/why`)
      expect(await page.innerText('main')).toContain('with the changed history')
      expect(await page.locator('tbody th').allInnerTexts()).toEqual([hostile, 'Gamma rays'])
      // the parts that are loaded later are pages
      await page.goto(`${url}/console/${item('a')}`)
      await page.click('text=Ratings of the item by value')
      expect(await page.locator('.drawing').count()).toBe(2)
      await page.goto(`${url}/console/${item('a')}`)
      await page.click('text=Items similar to this one')
      expect(await page.locator('.list').count()).toBe(2)
    })

    test('keep the changes on the next page of the history', async () => {
      await database.sql`insert into items select 'long-' || lpad(n::text, 3, '0') from generate_series(1, 150) n`
      await database.sql`
        insert into ratings (user_id, item_id, value)
        select 'v', 'long-' || lpad(n::text, 3, '0'), 3 from generate_series(1, 150) n`
      for (const javaScriptEnabled of [true, false]) {
        const { page } = await signIn('read', { javaScriptEnabled })
        await page.goto(`${url}/console/${user('v')}`)
        await page.uncheck('[name=kept][value=long-007]')
        if (!javaScriptEnabled) await page.click('button.update')
        else await page.waitForSelector('[data-status]')
        await page.click('text=Next ratings')
        expect(await page.locator('[name=kept]').count()).toBe(51)
        expect(await page.innerText('[data-status]')).toBe('The lists without 1 rating.')
        await page.uncheck('[name=kept][value=long-150]')
        if (!javaScriptEnabled) await page.click('button.update')
        await page.getByText('without 2 ratings').first().waitFor()
        await page.goto(`${url}/console/${user('v')}`)
        await page.click('text=Next ratings')
        expect(await page.locator('[name=kept]').count()).toBe(51)
        expect(page.url()).toContain('after=')
      }
    })

    test('show similar users, and the ranks of an item', async () => {
      const { page, errors } = await signIn('read')
      await page.goto(`${url}/console/${user('u')}`)
      await page.click('text=By projection@1')
      await page.locator('details[open] tbody').waitFor()
      expect(await page.locator('details[open] tbody th').allInnerTexts()).toEqual(['v', 'w'])
      await page.goto(`${url}/console/${item('c')}`)
      await page.click('text=By tilted@1')
      await page.locator('details[open] figure').waitFor()
      expect(await page.innerText('details[open]')).toMatch(
        /In the first 10 of 100\.0 % of the lists.*2 are shown, 1 have rated the item, and for 8 the model ranks/s,
      )
      await page.click('details[open] tbody td a')
      expect(await page.innerText('h1')).toBe('Why Gamma rays')
      expect(errors).toEqual([])
    })

    test('say what went wrong where a part cannot be loaded', async () => {
      const { page } = await signIn('read')
      await page.goto(`${url}/console/${item('e')}`)
      await page.click('text=By projection@1')
      await page.locator('.failure').waitFor()
      expect(await page.innerText('.failure')).toContain('does not know item "e"')
    })

    test('load a part again where the service could not be reached', async () => {
      const { page, context } = await signIn('read')
      // the parts that load by themselves have loaded
      await page.goto(`${url}/console/${item('c')}`, { waitUntil: 'networkidle' })
      await context.setOffline(true)
      await page.click('text=By projection@1')
      await page.getByText('The service cannot be reached').waitFor()
      await context.setOffline(false)
      await page.click('details[open] > p a')
      await page.locator('details[open] figure').waitFor()
      expect(await page.locator('.failure').count()).toBe(0)
    })

    test('hide items and change their dates, for admins', async () => {
      const reader = await signIn('read')
      await reader.page.goto(`${url}/console/${item('d')}`)
      expect(await reader.page.locator('form.change').count()).toBe(0)
      const token = await reader.page.inputValue('.sign-out [name=token]')
      for (const [action, form] of Object.entries({
        'items/hide': { id: 'd' },
        'items/dates': { id: 'd', from: '', until: '' },
        'users/erase': { id: 'u', confirmed: 'yes' },
      })) {
        const refused = await reader.context.request.post(`${url}/console/${action}`, {
          form: { token, ...form },
        })
        expect(refused.status(), action).toBe(403)
      }
      expect((await catalog.find('d'))!.hidden).toBe(false)

      const { page, context, errors } = await signIn('admin')
      await page.goto(`${url}/console/${item('d')}`)
      expect(await page.inputValue('#from')).toBe('2020-01-01T00:00')
      await page.click('text=Hide the item')
      expect(await page.innerText('.facts')).toContain('hidden')
      await page.goto(`${url}/console/${user('u')}`)
      expect(await page.locator('#outcome .list').first().innerText()).not.toContain('Delta')
      await page.goto(`${url}/console/${item('d')}`)
      await page.click('text=Show the item again')
      await page.fill('#from', '2021-05-06T07:08')
      await page.fill('#until', '')
      await page.click('text=Change the dates')
      expect(await catalog.find('d')).toMatchObject({
        hidden: false,
        title: 'Delta',
        availableFrom: new Date('2021-05-06T07:08:00Z'),
        availableUntil: null,
      })
      // a time that is not changed keeps its seconds
      const availableUntil = new Date('2031-12-31T23:59:59.999Z')
      await catalog.save([{ id: 'd', availableUntil }])
      await page.reload()
      await page.fill('#from', '2022-05-06T07:08')
      await page.click('text=Change the dates')
      expect(await catalog.find('d')).toMatchObject({
        availableFrom: new Date('2022-05-06T07:08:00Z'),
        availableUntil,
      })
      expect(errors).toEqual([])
      const own = await page.inputValue('form.change [name=token]')
      for (const [form, status, sentence] of [
        [{ id: 'd', from: '2022-01-01T00:00', until: '2021-01-01T00:00' }, 400, 'must be later'],
        [{ id: 'd', from: 'soon', until: '' }, 400, 'must be a time'],
        [{ id: 'none', from: '', until: '' }, 404, 'There is no item'],
      ] as const) {
        const refused = await context.request.post(`${url}/console/items/dates`, {
          form: { token: own, ...form },
        })
        expect(refused.status()).toBe(status)
        expect(await refused.text()).toContain(sentence)
      }
    })

    test('compute nothing for a form without the token of the session, or without the scope read', async () => {
      const [reader, writer] = [await signIn('read'), await signIn('write')]
      await reader.page.goto(`${url}/console/users`)
      const foreign = await reader.page.inputValue('.sign-out [name=token]')
      for (const action of ['users/what-if', 'users/why', 'users/erase', 'items/hide']) {
        const response = await writer.context.request.post(`${url}/console/${action}`, {
          form: { token: foreign, id: 'u', confirmed: 'yes' },
        })
        expect(response.status(), action).toBe(403)
        expect(await response.text()).toContain('does not belong to this session')
      }
      await writer.page.goto(`${url}/console/users`)
      const token = await writer.page.inputValue('.sign-out [name=token]')
      const refused = await writer.context.request.post(`${url}/console/users/what-if`, {
        form: { token, id: 'u' },
      })
      expect(refused.status()).toBe(403)
      expect(await refused.text()).toContain('the scope read')
    })

    test('add at most a thousand items to a history', async () => {
      const { page, context } = await signIn('read')
      await page.goto(`${url}/console/users`)
      const token = await page.inputValue('.sign-out [name=token]')
      const statusOf = async (count: number) => {
        const form = new FormData()
        for (const [name, value] of Object.entries({ token, id: 'u' })) form.set(name, value)
        for (let n = 0; n < count; n++) form.append('added', JSON.stringify([`item ${n}`, 5]))
        return (await context.request.post(`${url}/console/users/what-if`, { multipart: form })).status()
      }
      expect([await statusOf(1000), await statusOf(1001)]).toEqual([200, 400])
    })

    test('erase a user, with the receipt', async () => {
      const id = ids[2]!
      const { page, context, errors } = await signIn('admin')
      await page.goto(`${url}/console/${user(id)}`)
      const token = await page.inputValue('form.change [name=token]')
      const unconfirmed = await context.request.post(`${url}/console/users/erase`, { form: { token, id } })
      expect(unconfirmed.status()).toBe(400)
      expect(await ratings.of(id)).toHaveLength(1)
      await page.check('[name=confirmed]')
      await page.click('text=Erase the user')
      expect(await page.innerText('h1')).toBe(`Erasure of user ${id}`)
      expect(await page.innerText('.facts')).toMatch(/Ratings\s+1\s+Retractions\s+0/)
      expect(JSON.parse((await page.textContent('pre'))!)).toMatchObject({ userId: id, erasedRatings: 1 })
      await expectAccessible(page)
      expect(await ratings.of(id)).toEqual([])
      await page.goto(`${url}/console/users?${new URLSearchParams({ q: id })}`)
      expect(await page.innerText('main')).toContain('No id of a user starts with')
      expect(errors).toEqual([])
    })
  },
)

describe.skipIf(reasonWithoutBrowser)('the explorers of an empty service without keys', async () => {
  const service = await startConsole({ access: false })
  const { visit } = createVisitors(service)

  test('say what is missing', async () => {
    const { page, errors } = await visit()
    for (const [path, sentence] of [
      ['users', 'There are no users yet'],
      ['items', 'There are no items yet'],
      [user('u'), 'No model serves requests'],
    ] as const) {
      await page.goto(`${service.url}/console/${path}`)
      expect(await page.innerText('main')).toContain(sentence)
      await expectAccessible(page)
    }
    expect(errors).toEqual([])
  })
})
