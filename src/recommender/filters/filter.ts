// Which items somebody wants to see, by what is known of them: as JSON. `parse-filter.ts` reads the same from a line
// of text.
import { z } from 'zod'

export const operators = ['=', '!=', '<', '<=', '>', '>='] as const

export type Literal = string | number | boolean

/**
 * A condition on an attribute, or a combination of conditions. An attribute with several values, such as genres, meets
 * a condition when one of them does; one that is missing meets none but `!=`.
 */
export type Filter =
  | { readonly attribute: string; readonly operator: (typeof operators)[number]; readonly value: Literal }
  | { readonly attribute: string; readonly in: readonly Literal[] }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }

const attribute = z.string().min(1).max(64)
const literal = z.union([z.string().max(256), z.number(), z.boolean()])

const condition = z.union([
  z.strictObject({ attribute, operator: z.enum(operators), value: literal }),
  z.strictObject({ attribute, in: z.array(literal).min(1).max(1000) }),
])

const combination = (part: z.ZodType<Filter>): z.ZodType<Filter> =>
  z.union([
    condition,
    z.strictObject({ and: z.array(part).min(1).max(50) }),
    z.strictObject({ or: z.array(part).min(1).max(50) }),
    z.strictObject({ not: part }),
  ])

/** At most five levels deep: the schema is written out, for the OpenAPI document and against bottomless nesting. */
export const filterSchema: z.ZodType<Filter> = [1, 2, 3, 4].reduce<z.ZodType<Filter>>(
  (part) => combination(part),
  condition,
)
