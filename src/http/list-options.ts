// What can be asked of a list, in a query string and in a body.
import { randomInt } from 'node:crypto'
import { z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import { type Filter, filterSchema } from '../recommender/filters/filter.ts'
import { FilterSyntaxError, parseFilter } from '../recommender/filters/parse-filter.ts'
import type { Candidates, Wish } from '../recommender/wish.ts'
import * as parameters from './parameters.ts'

const mostIds = 1000

const filterText = z
  .string()
  .max(4000)
  .transform((text, context): Filter => {
    try {
      return parseFilter(text)
    } catch (error) {
      if (!(error instanceof FilterSyntaxError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })
  .openapi({
    type: 'string',
    minLength: 1,
    example: 'genre in ["Comedy"] and year >= 1990',
    description: 'Which items may be shown, by their attributes: see the README for the language',
  })

const filterJson = filterSchema.openapi('Filter', {
  example: {
    and: [
      { attribute: 'genre', in: ['Comedy'] },
      { attribute: 'year', operator: '>=', value: 1990 },
    ],
  },
  description: 'A condition, or and, or, not over conditions; nested at most 20 deep',
})

const ids = z.array(parameters.itemId).max(mostIds)

const idsText = z
  .union([parameters.itemId, ids])
  .transform((given) => (typeof given === 'string' ? [given] : given))
  .openapi({ type: 'array', items: { type: 'string', minLength: 1, maxLength: 256 }, maxItems: mostIds })

const text = {
  include: { description: 'The only items that may be shown' },
  exclude: { description: 'Items that may not be shown' },
  excludeSeen: { description: 'Whether what was rated stays out of the list' },
}

/** Which items may be in a list, in a query string. */
export const candidatesQuery = {
  exclude: idsText.optional().openapi(text.exclude),
  include: idsText.optional().openapi(text.include),
  filter: filterText.optional(),
  excludeSeen: z
    .enum(['true', 'false'])
    .default('true')
    .transform((given) => given === 'true')
    .openapi({ type: 'boolean', ...text.excludeSeen }),
}

/** Which items may be in a list, in a body. */
const candidatesBody = {
  exclude: ids.optional().openapi(text.exclude),
  include: ids.optional().openapi(text.include),
  filter: z.union([filterText, filterJson]).optional(),
  excludeSeen: z.boolean().default(true).openapi(text.excludeSeen),
}

const diversity = {
  description: 'From 0, the best, to 1, the least alike among the best: maximal marginal relevance',
}
const popularityPenalty = {
  description:
    'By how many standard deviations of the scores an item is put back for each standard deviation by which the logarithm of its popularity is above the mean',
}
const explore = {
  description:
    'Draws the list from the posterior; the seed draws it again. Each item comes with its propensity. Not together with diversity',
}
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

/** All that can be asked of a list, in a query string. */
export const listQuery = {
  k: parameters.kText,
  model: parameters.model,
  ...candidatesQuery,
  diversity: numberText(1).openapi(diversity),
  popularityPenalty: numberText(10).openapi(popularityPenalty),
  explore: z
    .union([z.literal('true'), z.string().regex(/^\d{1,9}$/, 'must be true or a seed of up to nine digits')])
    .optional()
    .transform((given) => (given === undefined ? undefined : given === 'true' ? {} : { seed: Number(given) }))
    .openapi({ type: 'string', example: 'true', ...explore }),
}

/** All that can be asked of a list, in a body. */
export const listBody = {
  k: parameters.k,
  model: parameters.model,
  ...candidatesBody,
  diversity: z.number().min(0).max(1).default(0).openapi(diversity),
  popularityPenalty: z.number().min(0).max(10).default(0).openapi(popularityPenalty),
  explore: z.strictObject({ seed: seed.optional() }).optional().openapi(explore),
}

/** Refuses what does not go together. */
export function requireConsistent<T extends z.ZodType<Pick<ListOptions, 'diversity' | 'explore'>>>(
  schema: T,
): T {
  return schema.refine(({ diversity, explore }) => diversity === 0 || explore === undefined, {
    path: ['explore'],
    message: 'cannot be asked for together with diversity',
  })
}

interface CandidateOptions {
  readonly exclude?: readonly string[] | undefined
  readonly include?: readonly string[] | undefined
  readonly filter?: Filter | undefined
  readonly excludeSeen: boolean
}

export interface ListOptions extends CandidateOptions {
  readonly k: number
  readonly diversity: number
  readonly popularityPenalty: number
  readonly explore?: { readonly seed?: number | undefined } | undefined
}

/** Reads the catalog only where a filter asks for it. */
export async function toCandidates(options: CandidateOptions, catalog: ItemCatalog): Promise<Candidates> {
  const { exclude = [], include = null, filter, excludeSeen } = options
  const filtering = filter === undefined ? null : { filter, catalog: await catalog.read() }
  return { exclude, include, filter: filtering, excludeSeen }
}

export async function toWish(options: ListOptions, catalog: ItemCatalog): Promise<Wish> {
  const { k, diversity, popularityPenalty, explore } = options
  const seed = explore && (explore.seed ?? randomInt(1e9))
  const candidates = await toCandidates(options, catalog)
  return { k, ...candidates, diversity, popularityPenalty, explore: seed === undefined ? null : { seed } }
}

function numberText(most: number) {
  const message = `must be a number from 0 to ${most}`
  return z
    .string()
    .regex(/^\d{1,3}(\.\d{1,12})?$/, message)
    .transform(Number)
    .refine((value) => value <= most, message)
    .default(0)
    .openapi({ type: 'number', minimum: 0, maximum: most, default: 0 })
}
