import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { shortText, storedIdSchema } from '../ratings/id-schema.ts'
import type { CatalogItem, ItemCatalog } from '../ratings/item-catalog.ts'
import { flawOfAttributes, maxTitleLength } from '../ratings/limits.ts'
import { needs } from './access/scopes.ts'
import { readCatalogPage } from './catalog-page.ts'
import { nextCursor, pageQuery, withNext } from './cursor.ts'
import type { Environment } from './environment.ts'
import { bodyProblems, jsonBody } from './json-body.ts'
import { respondList, respondsWithList } from './list-response.ts'
import * as parameters from './parameters.ts'
import { problem, respondsWith } from './problem.ts'
import { candidateQuery } from './recommendation-query.ts'

/** Reads and changes the catalog of items. */
export function addCatalogRoutes(
  app: OpenAPIHono<Environment>,
  { catalog }: { readonly catalog: ItemCatalog },
): void {
  app.openapi(list, async (c) => {
    const { filter, cursor: after, limit } = c.req.valid('query')
    const { items, next } = await readCatalogPage(catalog, { filter, after, limit })
    const entries = items.map(([itemId, item]) => toJson(itemId, item))
    return respondList(c, { items: entries, nextCursor: withNext(c, next) }, entries)
  })

  app.openapi(get, async (c) => {
    const { itemId } = c.req.valid('param')
    const item = await catalog.find(itemId)
    return item ? c.json(toJson(itemId, item)) : rejectUnknown(c, itemId)
  })

  app.openapi(put, async (c) => {
    const { itemId: id } = c.req.valid('param')
    await catalog.save([{ ...c.req.valid('json'), id }])
    const item = await catalog.find(id)
    return item ? c.json(toJson(id, item)) : rejectUnknown(c, id)
  })

  app.openapi(save, async (c) => {
    const items = [c.req.valid('json')].flat()
    return c.json(await catalog.save(items.map(({ itemId: id, ...item }) => ({ ...item, id }))))
  })

  app.openapi(remove, async (c) => {
    const { itemId } = c.req.valid('param')
    return (await catalog.delete(itemId)) ? c.json({ itemId }) : rejectUnknown(c, itemId)
  })
}

function rejectUnknown(c: Context, itemId: string): never {
  const detail = `There is no item ${JSON.stringify(itemId)}: PUT adds one, and so does its first rating.`
  return problem(c, 'unknown-item', detail) as never
}

function toJson(itemId: string, { availableFrom, availableUntil, ...item }: CatalogItem) {
  return {
    itemId,
    ...item,
    attributes: { ...item.attributes },
    availableFrom: availableFrom?.toISOString() ?? null,
    availableUntil: availableUntil?.toISOString() ?? null,
  }
}

const storedItem = z
  .object({
    itemId: z.string(),
    title: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()),
    hidden: z.boolean(),
    availableFrom: z.iso.datetime().nullable(),
    availableUntil: z.iso.datetime().nullable(),
  })
  .openapi('Item')

const single = z.union([z.string(), z.number(), z.boolean()])

const attributes = z
  .record(z.string(), z.union([single, z.array(single), z.null()]))
  .superRefine((attributes, context) => {
    const flaw = flawOfAttributes(attributes)
    if (flaw !== undefined) context.addIssue(flaw)
  })
  .openapi({
    example: { genres: ['Comedy', 'Drama'], year: 1995 },
    description:
      'Strings, numbers, booleans, or lists of these, by name; all together at most 65,536 characters as JSON. Replaces all attributes of the item',
  })

const itemShape = {
  title: parameters.optional(shortText(maxTitleLength).nullable()),
  attributes: parameters.optional(attributes),
  hidden: parameters.optional(z.boolean()).openapi({ description: 'Whether the item is never recommended' }),
  availableFrom: parameters.optional(parameters.instant.nullable()).openapi({
    example: '2026-12-01T00:00:00Z',
    description: 'The item is not recommended before this time; null for no limit',
  }),
  availableUntil: parameters.optional(parameters.instant.nullable()).openapi({
    example: '2027-01-31',
    description: 'The item is not recommended from this time on; null for no limit',
  }),
}

const itemChange = inOrder(z.strictObject(itemShape)).openapi('ItemChange')
const namedItem = inOrder(z.strictObject({ itemId: parameters.itemId, ...itemShape })).openapi('NamedItem')

function inOrder<T extends z.ZodType<{ availableFrom?: Date | null; availableUntil?: Date | null }>>(
  schema: T,
): T {
  return schema.refine(
    ({ availableFrom, availableUntil }) =>
      !availableFrom || !availableUntil || availableFrom < availableUntil,
    { path: ['availableUntil'], error: 'must be later than availableFrom' },
  )
}

const keeps = 'Fields that are omitted keep their values; those of a new item have their defaults.'

const list = createRoute({
  method: 'get',
  path: '/items',
  security: needs('read'),
  summary: 'The items of the catalog, also those that are not recommended',
  request: { query: z.strictObject({ filter: candidateQuery.filter, ...pageQuery(storedIdSchema) }) },
  responses: respondsWithList(
    'In the order of their ids. With a filter, a page reads at most 20,000 items and may have fewer entries than `limit`, or none, although more pages follow',
    z.object({ items: z.array(storedItem), nextCursor }).openapi('Items'),
  ),
})

const get = createRoute({
  method: 'get',
  path: '/items/{itemId}',
  security: needs('read'),
  summary: 'An item of the catalog',
  request: { params: parameters.itemPath },
  responses: respondsWith('The item', storedItem, 'unknown-item'),
})

const put = createRoute({
  method: 'put',
  path: '/items/{itemId}',
  security: needs('write'),
  summary: 'Adds or changes an item',
  description: `${keeps} The next response reflects the change.`,
  request: {
    params: parameters.itemPath,
    body: jsonBody(itemChange),
  },
  responses: respondsWith('The item as it is stored', storedItem, 'unknown-item', ...bodyProblems),
})

const save = createRoute({
  method: 'post',
  path: '/items',
  security: needs('write'),
  summary: 'Adds or changes one or several items, all or none',
  description: `${keeps} Of several changes of one item, the later ones are applied last.`,
  request: {
    body: jsonBody(z.union([namedItem, z.array(namedItem).min(1).max(parameters.maxEntries)]), [
      { itemId: '50', title: 'Star Wars', attributes: { year: 1977 } },
    ]),
  },
  responses: respondsWith(
    'How many items were inserted, updated, and unchanged',
    z.object({ inserted: z.int(), updated: z.int(), unchanged: z.int() }).openapi('SavedItems'),
    ...bodyProblems,
  ),
})

const remove = createRoute({
  method: 'delete',
  path: '/items/{itemId}',
  security: needs('write'),
  summary: 'Deletes an item that has no ratings',
  description:
    'An item with ratings, also replaced ones and those in quarantine, stays: hide it instead. Models that know the ' +
    'deleted item do not recommend it. Scans all ratings.',
  request: { params: parameters.itemPath },
  responses: respondsWith(
    'The item is deleted',
    z.object({ itemId: z.string() }).openapi('DeletedItem'),
    'unknown-item',
    'rated-item',
  ),
})
