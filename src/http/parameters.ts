// Schemas that several requests share.
import { z } from '@hono/zod-openapi'
import { label } from '../experiments/definition.ts'
import { idSchema, shortText } from '../ratings/id-schema.ts'
import { maxValue } from '../ratings/limits.ts'
import { parseInstant, parseTime } from '../ratings/rating-time.ts'

/**
 * Optional, without the value `undefined`, which JSON does not have. Unlike zod's own `exactOptional`, the OpenAPI
 * generator supports it.
 */
export function optional<T extends z.ZodType>(schema: T): z.ZodExactOptional<T> {
  return schema.optional() as unknown as z.ZodExactOptional<T>
}

export const userId = idSchema.meta({ example: '42' })
export const itemId = idSchema.meta({ example: '50' })

/** Identifies a response, or an event of the sender. */
export const requestId = shortText(256)

/** The maximum number of items of a history, and of events, in a body. */
export const maxEntries = 10_000

/** A path with an item id. */
export const itemPath = z.strictObject({ itemId })

/** A path with a user id; slashes and similar characters in the id are percent-encoded. */
export const userPath = z.strictObject({ userId })

export const model = z
  .string()
  .min(1, 'must name a model; omit it for the default model')
  .optional()
  .openapi({
    example: 'mult-vae',
    description: 'The name of the champion to use; by default the default model',
  })

export const surface = label.optional().openapi({
  example: 'home',
  description:
    'The place in the product where the list is shown; experiments on this surface apply, and without it those that name no surface',
})

const ratingMessage = `must be a number from -${maxValue} to ${maxValue}`

export const ratingValue = z
  .number(ratingMessage)
  .min(-maxValue, ratingMessage)
  .max(maxValue, ratingMessage)
  .openapi({ example: 4.5 })

const timeMessage = 'must be Unix seconds, Unix milliseconds or ISO 8601, from 1970 to a day from now'

/** When something happened, in a body, as seconds since 1970. */
export const time = z
  .union([z.number(timeMessage), z.string(timeMessage)])
  .transform((text, context) => {
    const seconds = parseTime(text)
    if (!Number.isNaN(seconds)) return seconds
    context.addIssue(timeMessage)
    return z.NEVER
  })
  .openapi({
    example: 1_700_000_000,
    description:
      'Unix seconds, Unix milliseconds, or ISO 8601 such as 2023-11-14T22:13:20Z, from 1970 to a day from now; by default now',
  })

const instantMessage = 'must be Unix seconds, Unix milliseconds or ISO 8601, from 1970 to 9999'

/** A time in a body that may be in the future. */
export const instant = z
  .union([z.number(instantMessage), z.string(instantMessage)])
  .transform((text, context) => {
    const seconds = parseInstant(text)
    if (!Number.isNaN(seconds)) return new Date(seconds * 1000)
    context.addIssue(instantMessage)
    return z.NEVER
  })
