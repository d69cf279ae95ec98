// The pieces that requests are made of.
import { z } from '@hono/zod-openapi'

/**
 * Text of 1 to `longest` characters. Postgres keeps no U+0000 and no half of a surrogate pair, and its indexes bound the
 * length.
 */
export function shortText(longest: number) {
  return z
    .string()
    .regex(
      new RegExp(`^[^\\0\\p{Surrogate}]{1,${longest}}$`, 'u'),
      `must have 1 to ${longest} characters, none of them U+0000`,
    )
    .openapi({ minLength: 1, maxLength: longest })
}

/**
 * May be left out. JSON knows no `undefined`, so none comes; unlike zod's own `exactOptional` the OpenAPI document
 * knows this one.
 */
export function optional<T extends z.ZodType>(schema: T): z.ZodExactOptional<T> {
  return schema.optional() as unknown as z.ZodExactOptional<T>
}

const id = shortText(256)

export const userId = id.openapi({ example: '42' })
export const itemId = id.openapi({ example: '50' })

/** Names an answer, or an event of the sender's. */
export const requestId = id

/** A path with a user in it; slashes and the like in the id are percent-encoded. */
export const userPath = z.strictObject({ userId })

export const model = z
  .string()
  .min(1, 'must name a model; leave it out for the default one')
  .optional()
  .openapi({ example: 'mult-vae', description: 'Which champion answers; the default model where left out' })

const bounds = { minimum: 1, maximum: 1000 }
const kMessage = 'must be a whole number from 1 to 1000'

/** How many items, in a body. */
export const k = z.int(kMessage).min(bounds.minimum, kMessage).max(bounds.maximum, kMessage).default(10)

/** How many items, in a query string. */
export const kText = z
  .string(kMessage)
  .regex(/^([1-9]\d{0,2}|1000)$/, kMessage)
  .default('10')
  .transform(Number)
  .openapi({ type: 'integer', ...bounds, default: 10 })

/** Beyond it the 32-bit floats of the models lose all sense of smaller ratings. */
const largestRating = 1_000_000
const ratingMessage = 'must be a number from -1000000 to 1000000'

export const ratingValue = z
  .number(ratingMessage)
  .min(-largestRating, ratingMessage)
  .max(largestRating, ratingMessage)
  .openapi({ example: 4.5 })

/** Which version answered. */
export const answeringModel = z
  .object({
    name: z.string().openapi({ example: 'mult-vae' }),
    version: z.int().openapi({ example: 3 }),
  })
  .openapi('AnsweringModel')

/** When something happened, in a body. */
export const time = z
  .number()
  .min(0)
  .max(253_402_300_799)
  .openapi({ example: 1_700_000_000, description: 'Seconds since 1970; now, where left out' })
