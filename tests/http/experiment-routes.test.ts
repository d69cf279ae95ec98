import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExposureFlow } from '../../src/experiments/outcome-log.ts'
import type { Verdict } from '../../src/experiments/report.ts'
import { listen, type RunningServer } from '../../src/http/server.ts'
import { projectionArtifact } from '../registry/projection-model.ts'
import { provenance } from '../registry/test-registry.ts'
import { createTestApp, post } from './test-app.ts'

const { app, database, registry, champions, experiments, train } = await createTestApp()

const definition = {
  name: 'tilt',
  hypothesis: 'A tilt finds more that people click',
  variants: [
    { name: 'control', model: 'projection' },
    { name: 'treatment', model: 'tilted' },
  ],
  testers: { tester: 'treatment' },
  primaryMetric: { name: 'clicks', kind: 'count', event: 'click' },
  minimumDetectableEffect: 0.05,
}

beforeAll(async () => {
  await train()
  const tilted = await registry.publish({ ...projectionArtifact(5), model: 'tilted' }, provenance)
  await registry.promote(tilted, { by: 'a test', reason: 'to serve' })
  await champions.refresh()
})

interface ResponseBody {
  readonly userId: string
  readonly requestId: string
  readonly experiment?: string
  readonly variant: 'control' | 'treatment' | 'interleaved'
  readonly model: { readonly name: string }
  readonly items: readonly { readonly itemId: string }[]
}
const fetchJson = async <T = ResponseBody>(path: string, init?: RequestInit) =>
  (await (await app.request(path, init)).json()) as T
const act = async (path: string) => {
  const body = await fetchJson(path, { method: 'POST' })
  await experiments.live.refresh()
  return body
}
/** Waits until what was served is in the database. */
const logged = (requestId: string) =>
  expect.poll(async () => (await database.sql`select * from exposures where request_id = ${requestId}`)[0])

describe('an experiment over HTTP', () => {
  test('is created, found, and rejected when its name is in use', async () => {
    expect(await fetchJson('/experiments', post(definition))).toMatchObject({
      status: 'draft',
      definition: { name: 'tilt', attributionHours: 24 },
    })
    expect(await fetchJson('/experiments/tilt')).toMatchObject({ status: 'draft' })
    const again = await app.request('/experiments', post(definition))
    expect(again.status).toBe(409)
    expect((await app.request('/experiments/none')).status).toBe(404)
    expect((await app.request('/experiments/tilt/report')).status).toBe(409)
    expect((await app.request('/experiments', post({ ...definition, name: 'NO' }))).status).toBe(400)
  })

  test('changes nothing before it starts and once it has stopped', async () => {
    await experiments.live.refresh()
    expect(await fetchJson('/recommend/u1')).not.toHaveProperty('experiment')
  })

  test('serves each user by the assigned variant, and names it', async () => {
    await act('/experiments/tilt/start')
    const lists = await Promise.all(Array.from({ length: 40 }, (_, n) => fetchJson(`/recommend/u${n}`)))
    const names = { control: 'projection', treatment: 'tilted' }
    for (const { experiment, variant, model } of lists) {
      expect(experiment).toBe('tilt')
      expect(model.name).toBe(names[variant as 'control' | 'treatment'])
    }
    expect(new Set(lists.map(({ variant }) => variant))).toEqual(new Set(['control', 'treatment']))
    expect((await fetchJson('/recommend/u3')).variant).toBe(lists[3]!.variant)
    const { requestId, userId, items } = lists[0]!
    await logged(requestId).toMatchObject({
      user_id: userId,
      experiment: 'tilt',
      variant: lists[0]!.variant,
      items: items.map(({ itemId }) => itemId),
    })
  })

  test('does not apply to requests that name a model, and forces testers', async () => {
    expect(await fetchJson('/recommend/u1?model=projection')).not.toHaveProperty('experiment')
    const { variant, requestId } = await fetchJson('/recommend/tester')
    expect(variant).toBe('treatment')
    await logged(requestId).toMatchObject({ forced: true })
  })

  test('counts feedback on served lists, and reports it', async () => {
    const { requestId, items } = await fetchJson('/recommend/u1')
    const click = { type: 'click', requestId, itemId: items[0]!.itemId }
    expect(await fetchJson('/feedback', post([click, click]))).toEqual({ accepted: 1, duplicates: 1 })
    await logged(requestId).toBeTruthy()
    const report = await fetchJson<{ flow: ExposureFlow; verdict: Verdict }>('/experiments/tilt/report')
    expect(report.flow.feedback).toEqual({ attributed: 1, late: 0, unmatched: 0, duplicates: 1 })
    expect(report.flow.testerLists).toBe(1)
    expect(report.verdict.decision).toBe('not-yet')
  })

  test('rejects feedback without a user or request', async () => {
    const response = await app.request('/feedback', post({ type: 'click', itemId: 'a' }))
    expect(response.status).toBe(400)
    expect(JSON.stringify(await response.json())).toContain('must have a requestId or a userId')
  })

  test('erases the lists served to an erased user, and the feedback on them', async () => {
    const { requestId } = await fetchJson('/recommend/leaving')
    await fetchJson('/feedback', post({ type: 'click', requestId }))
    await logged(requestId).toBeTruthy()
    expect(await fetchJson('/users/leaving', { method: 'DELETE' })).toMatchObject({
      erasedExposures: 1,
      erasedFeedback: 1,
    })
    await logged(requestId).toBeUndefined()
  })

  test('serves without the experiment when the model of a variant is unavailable', async () => {
    await fetchJson('/experiments/tilt/stop', { method: 'POST' })
    const variants = [definition.variants[0], { name: 'treatment', model: 'not trained yet' }]
    await fetchJson('/experiments', post({ ...definition, name: 'broken', variants }))
    await act('/experiments/broken/start')
    const body = await fetchJson('/recommend/tester')
    expect(body).toMatchObject({ model: { name: 'projection' } })
    expect(body).not.toHaveProperty('variant')
    await act('/experiments/broken/stop')
  })

  test('serves a pinned version whatever the champion, with the options of the variant', async () => {
    const [pinned, champion] = [await train(0.2), await train(0.3)]
    await database.sql`insert into users values ('known') on conflict do nothing`
    await database.sql`insert into items (id) values ('a') on conflict do nothing`
    await database.sql`insert into ratings (user_id, item_id, value) values ('known', 'a', 5) on conflict do nothing`
    const variants = [
      { name: 'control', model: 'projection', version: pinned, parameters: { popularityPenalty: 10 } },
      { name: 'treatment', model: 'projection', parameters: { explore: true } },
    ]
    const testers = { known: 'control', tester: 'treatment' }
    await fetchJson('/experiments', post({ ...definition, name: 'pinned', variants, testers }))
    await act('/experiments/pinned/start')
    await champions.refresh()

    const plain = await fetchJson(`/recommend/known?model=projection`)
    const control = await fetchJson('/recommend/known')
    expect(control.model).toEqual({ name: 'projection', version: pinned })
    expect(plain.model).toEqual({ name: 'projection', version: champion })
    // the penalty puts the least rated item first
    expect(control.items[0]!.itemId).toBe('b')
    expect(await fetchJson('/recommend/tester')).toMatchObject({ model: { version: champion } })

    await act('/experiments/pinned/stop')
    await fetchJson(
      '/experiments',
      post({ ...definition, name: 'explored', variants, testers: { known: 'treatment' } }),
    )
    await act('/experiments/explored/start')
    const explored = await fetchJson<Omit<ResponseBody, 'items'> & { items: { propensity: number }[] }>(
      '/recommend/known',
    )
    const propensities = explored.items.map(({ propensity }) => propensity)
    expect(propensities.every((p) => p > 0 && p <= 1)).toBe(true)
    await logged(explored.requestId).toMatchObject({ propensities })
    await act('/experiments/explored/stop')
    await champions.refresh()
    await expect(champions.use(`projection@${pinned}`, async () => {})).rejects.toThrow('There is no model')
  })

  test('runs beside another one on its own surface, independently', async () => {
    const home = { ...definition, name: 'home-lists', surface: 'home', layer: 'home', testers: {} }
    const search = { ...definition, name: 'search-lists', surface: 'search', layer: 'search', testers: {} }
    for (const one of [home, search, { ...search, name: 'second', layer: 'other' }])
      await fetchJson('/experiments', post(one))
    await act('/experiments/home-lists/start')
    await act('/experiments/search-lists/start')
    const refused = await app.request('/experiments/second/start', { method: 'POST' })
    expect(refused.status).toBe(409)
    expect(JSON.stringify(await refused.json())).toContain('give \\"second\\" another surface')

    const counts = { control: { control: 0, treatment: 0 }, treatment: { control: 0, treatment: 0 } }
    const visit = async (n: number) => {
      const [first, second] = await Promise.all([
        fetchJson(`/recommend/user${n}?surface=home`),
        fetchJson('/recommend', post({ userId: `user${n}`, surface: 'search' })),
      ])
      expect([first.experiment, second.experiment]).toEqual(['home-lists', 'search-lists'])
      counts[first.variant as 'control'][second.variant as 'control']++
    }
    for (let n = 0; n < 400; n += 50) await Promise.all(Array.from({ length: 50 }, (_, m) => visit(n + m)))
    expect(await fetchJson('/recommend/user1')).not.toHaveProperty('experiment')
    expect(await fetchJson('/recommend/user1?surface=elsewhere')).not.toHaveProperty('experiment')

    const exposed = () => database.sql<{ experiment: string; n: number }[]>`
      select experiment, count(*)::int as n from exposures
      where experiment in ('home-lists', 'search-lists') group by experiment order by experiment`
    await expect
      .poll(async () => [...(await exposed())])
      .toEqual([
        { experiment: 'home-lists', n: 400 },
        { experiment: 'search-lists', n: 400 },
      ])
    // below it with probability 0.99 if the variants are independent: chi-square with one degree of freedom
    expect(chiSquare(Object.values(counts).map((row) => Object.values(row)))).toBeLessThan(6.63)
    for (const name of ['home-lists', 'search-lists']) await act(`/experiments/${name}/stop`)
  })

  test('does not start with a version that does not exist', async () => {
    const variants = [definition.variants[0], { name: 'treatment', model: 'tilted', version: 99 }]
    await fetchJson('/experiments', post({ ...definition, name: 'missing', variants }))
    const refused = await app.request('/experiments/missing/start', { method: 'POST' })
    expect(refused.status).toBe(409)
    expect(JSON.stringify(await refused.json())).toContain('tilted@99')
  })

  test('drafts one list from both variants when they are interleaved', async () => {
    await fetchJson(
      '/experiments',
      post({ ...definition, name: 'drafted', mode: 'interleaving', testers: {} }),
    )
    await act('/experiments/drafted/start')
    const { requestId, variant, items } = await fetchJson('/recommend/u1?k=4')
    expect(variant).toBe('interleaved')
    expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(items.length)
    await logged(requestId).toMatchObject({
      variant: 'interleaved',
      items: items.map(({ itemId }) => itemId),
      teams: items.map(() => expect.toBeOneOf([0, 1])),
    })
    await act('/experiments/drafted/stop')
  })
})

/** Pearson's statistic of a contingency table. */
function chiSquare(table: readonly (readonly number[])[]): number {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const columns = table[0]!.map((_, column) => sum(table.map((row) => row[column]!)))
  const total = sum(columns)
  return sum(
    table.flatMap((row) =>
      row.map((count, column) => {
        const expected = (sum(row) * columns[column]!) / total
        return (count - expected) ** 2 / expected
      }),
    ),
  )
}

describe('over a real connection', () => {
  let server: RunningServer
  beforeAll(async () => {
    await fetchJson('/experiments', post({ ...definition, name: 'wired' }))
    await act('/experiments/wired/start')
    server = await listen(app.fetch, '127.0.0.1', 0)
  })
  afterAll(() => server.close())

  test('an exposure is logged once its response is sent', async () => {
    const { requestId } = (await (await fetch(`${server.url}/recommend/u1`)).json()) as { requestId: string }
    await logged(requestId).toMatchObject({ experiment: 'wired' })
  })

  test('a failed request logs no exposure', async () => {
    const before = await database.sql`select count(*)::int as n from exposures`
    expect((await fetch(`${server.url}/recommend/u1?k=0`)).status).toBe(400)
    await experiments.exposures.close()
    expect(await database.sql`select count(*)::int as n from exposures`).toEqual(before)
  })
})
