import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { TrendingItem, Trends } from '../ratings/trends.ts'
import { matchItems } from '../recommender/filters/match-items.ts'
import type { LiveChampions } from '../recommender/live-champions.ts'
import { recommend } from '../recommender/recommend.ts'
import { type CandidateOptions, defaultOptions } from '../recommender/recommendation-options.ts'
import { needs } from './access/scopes.ts'
import { clientSignal, type Environment } from './environment.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { candidateQuery, recommendationQuery } from './recommendation-query.ts'
import { modelProblems, modelVersion, recommendedItem, versionOf, withTitles } from './responses.ts'

interface Dependencies {
  readonly champions: LiveChampions
  readonly catalog: ItemCatalog
  readonly trends: Trends
}

/** Lists that are the same for all users. */
export function addPopularRoutes(
  app: OpenAPIHono<Environment>,
  { champions, catalog, trends }: Dependencies,
): void {
  app.openapi(popular, async (c) => {
    const { model, ...options } = c.req.valid('query')
    const signal = clientSignal(c)
    const list = await champions.use(model, async (served) => ({
      model: versionOf(served),
      ...(await recommend(served, [], { ...defaultOptions, ...options }, { signal })),
    }))
    const items = await withTitles(list.items, catalog)
    return respondList(c, { model: list.model, items }, items)
  })

  app.openapi(trending, async (c) => {
    const { model, window: windowSeconds, k, ...options } = c.req.valid('query')
    const { positiveThreshold, version } = await champions.use(model, async (served) => ({
      positiveThreshold: served.positiveThreshold,
      version: versionOf(served),
    }))
    const { items, until } = await trends.of({ windowSeconds, positiveThreshold })
    const shown = await firstEligible(catalog, items, k, options)
    const titles = await catalog.titles(shown.map(({ itemId }) => itemId))
    const entries = shown.map(({ itemId, ...counts }) => ({
      itemId,
      title: titles.get(itemId) ?? null,
      ...counts,
    }))
    const from = new Date(until.getTime() - windowSeconds * 1000)
    const window = { from: from.toISOString(), until: until.toISOString() }
    return respondList(c, { model: version, ...window, items: entries }, entries)
  })
}

/** The first `k` items that may be shown. */
async function firstEligible(
  catalog: ItemCatalog,
  items: readonly TrendingItem[],
  k: number,
  { exclude, include, filter }: Omit<CandidateOptions, 'excludeSeen'>,
): Promise<TrendingItem[]> {
  const [excluded, unavailable] = [new Set(exclude), await catalog.unavailable()]
  const included = include && new Set(include)
  const candidates = items.filter(
    ({ itemId }) => !excluded.has(itemId) && !unavailable.has(itemId) && included?.has(itemId) !== false,
  )
  if (filter === undefined) return candidates.slice(0, k)
  const shown: TrendingItem[] = []
  for (let start = 0; start < candidates.length && shown.length < k; start += batchSize) {
    const batch = candidates.slice(start, start + batchSize)
    const ids = batch.map(({ itemId }) => itemId)
    const matching = new Set(await matchItems(filter, ids, await catalog.read()))
    shown.push(...batch.filter(({ itemId }) => matching.has(itemId)))
  }
  return shown.slice(0, k)
}

const batchSize = 1000

const { excludeSeen: _, ...itemsQuery } = candidateQuery
const listQuery = { k: recommendationQuery.k, model: parameters.model, ...itemsQuery }

const popular = createRoute({
  method: 'get',
  path: '/popular',
  security: needs('read'),
  summary: 'The most popular items, as for an unknown user',
  request: { query: z.strictObject(listQuery) },
  responses: respondsWithList(
    'Scores are the popularity by which the model ranks items for an unknown user: the number of ratings in its training, or of positive ones for the model popularity',
    z.object({ model: modelVersion, items: z.array(recommendedItem) }).openapi('PopularItems'),
    ...modelProblems,
  ),
})

const maxDays = 90
const windowMessage = `must be a number of hours or days such as 24h or 7d, at most ${maxDays}d`

const windowSeconds = z
  .string()
  .default('7d')
  .transform((text, context) => {
    const [, count, unit] = /^([1-9]\d{0,3})([hd])$/.exec(text) ?? []
    const seconds = Number(count) * (unit === 'd' ? 86_400 : 3600)
    if (seconds <= maxDays * 86_400) return seconds
    context.addIssue(windowMessage)
    return z.NEVER
  })
  .openapi({
    type: 'string',
    default: '7d',
    description: 'How far the window reaches back: hours or days, at most 90d',
  })

const trending = createRoute({
  method: 'get',
  path: '/trending',
  security: needs('read'),
  summary: 'The items whose positive interactions have increased most',
  description:
    'An item is scored by (n − m) / √(n + m), where n is its number of positive interactions in the window and m that ' +
    'in the window of the same length before. What is positive depends on the model. The counts are at most five seconds old.',
  request: { query: z.strictObject({ window: windowSeconds, ...listQuery }) },
  responses: respondsWithList(
    'Highest score first; only items with a positive interaction in the window',
    z
      .object({
        model: modelVersion,
        from: z.iso.datetime(),
        until: z.iso.datetime(),
        items: z.array(
          z
            .object({
              itemId: z.string(),
              title: z.string().nullable(),
              score: z.number(),
              count: z.int().openapi({
                description:
                  'The number of users whose current rating of the item is positive and from the window',
              }),
              countBefore: z.int().openapi({ description: 'The same for the window before' }),
            })
            .openapi('TrendingItem'),
        ),
      })
      .openapi('TrendingItems'),
    ...modelProblems,
  ),
})
