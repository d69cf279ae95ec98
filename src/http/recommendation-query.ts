// The options of `recommender/recommendation-options.ts` as parameters of a query string. Numbers, booleans and lists
// are derived from the schema; only other types need a parser here.
import { z } from '@hono/zod-openapi'
import { filterSchema } from '../recommender/filters/filter.ts'
import { filterTextSchema } from '../recommender/filters/parse-filter.ts'
import { candidateOptions, recommendationOptions } from '../recommender/recommendation-options.ts'

// Named, because the schema refers to itself. Called through the prototype, because the method is added to zod's classes
// when `@hono/zod-openapi` is loaded, and the schema may be older.
z.ZodType.prototype.openapi.call(filterSchema, 'Filter', {
  example: {
    and: [
      { attribute: 'genre', in: ['Comedy'] },
      { attribute: 'year', operator: '>=', value: 1990 },
    ],
  },
  description:
    'A condition, or conditions combined by and, or, not; at most 200 conditions and 1000 listed values, 20 levels deep',
})

const { explore } = recommendationOptions.shape

const parsers: Readonly<Record<string, z.ZodType>> = {
  filter: withMetadata(filterTextSchema.optional(), { ...filterTextSchema.meta(), type: 'string' }),
  explore: withMetadata(
    z
      .union([
        z.literal('true'),
        z.string().regex(/^\d{1,9}$/, 'must be true or a seed of at most nine digits'),
      ])
      .transform((text): { seed?: number | undefined } => (text === 'true' ? {} : { seed: Number(text) }))
      .pipe(explore.unwrap())
      .optional(),
    { ...explore.meta(), type: 'string', example: 'true' },
  ),
}

const separators =
  'Repeat the parameter or separate ids by commas; an id that contains a comma can only be sent in a body'

/** A parameter given once or repeatedly, each time with one or several ids. */
const commaSeparated = z
  .union([z.string(), z.array(z.string())])
  .transform((texts) => [texts].flat().flatMap((text) => text.split(',')))
  .refine((ids) => ids.every((id) => id === id.trim()), 'must not have spaces around an id')

export const candidateQuery = toQuery(candidateOptions.shape)
export const recommendationQuery = toQuery(recommendationOptions.shape)

type QueryOf<S extends z.ZodRawShape> = { readonly [K in keyof S]: z.ZodType<z.output<S[K]>> }

/** The fields of a schema as parameters of a query string. */
export function toQuery<S extends z.ZodRawShape>(shape: S): QueryOf<S> {
  const entries = Object.entries(shape).map(([name, schema]) => [
    name,
    parsers[name] ?? fromText(schema as z.ZodType),
  ])
  return Object.fromEntries(entries) as QueryOf<S>
}

function fromText(schema: z.ZodType): z.ZodType {
  const { $schema: _, ...document } = z.toJSONSchema(schema, { io: 'input' })
  if (document.type === 'array') document.description += `. ${separators}`
  if (schema instanceof z.ZodDefault)
    return withMetadata(parserOf(schema.unwrap()).default(schema.def.defaultValue), document)
  if (schema instanceof z.ZodOptional) return withMetadata(parserOf(schema.unwrap()).optional(), document)
  return withMetadata(parserOf(schema), document)
}

function withMetadata<T extends z.ZodType>(schema: T, metadata: object): T {
  return schema.openapi({ ...metadata })
}

function parserOf(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodNumber) return z.unknown().transform(toNumber).pipe(schema)
  if (schema instanceof z.ZodBoolean) return z.enum(['true', 'false']).transform((text) => text === 'true')
  if (schema instanceof z.ZodArray) return commaSeparated.pipe(schema as z.ZodType<unknown, string[]>)
  throw new TypeError('An option of this type needs a parser')
}

/** NaN for anything else than a plain decimal number, which the schema rejects with its own message. */
function toNumber(text: unknown): number {
  const isNumber = typeof text === 'string' && /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/.test(text)
  return isNumber ? Number(text) : Number.NaN
}
