// Conditions on the attributes of items, as JSON. `parse-filter.ts` reads the same conditions from text.
import { z } from 'zod'

export const operators = ['=', '!=', '<', '<=', '>', '>='] as const

export type Literal = string | number | boolean

/**
 * A condition on an attribute, or a combination of conditions. An attribute with several values, such as genres, meets
 * a condition when one of its values does. A missing attribute meets no condition except `!=`.
 */
export type Filter =
  | { readonly attribute: string; readonly operator: (typeof operators)[number]; readonly value: Literal }
  | { readonly attribute: string; readonly in: readonly Literal[] }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter }

const attribute = z.string().min(1).max(64)
const literal = z.union([z.string().max(256), z.number(), z.boolean()])

/** The maximum nesting of `and`, `or` and `not`, or of parentheses in a text. */
export const maxDepth = 20

/** The depth is checked before the content, because the schema is recursive. */
export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.preprocess(
    rejectDeepNesting,
    z.union([
      z.strictObject({ attribute, operator: z.enum(operators), value: literal }),
      z.strictObject({ attribute, in: z.array(literal).min(1).max(1000) }),
      z.strictObject({ and: z.array(filterSchema).min(1).max(50) }),
      z.strictObject({ or: z.array(filterSchema).min(1).max(50) }),
      z.strictObject({ not: filterSchema }),
    ]),
  ),
)

function rejectDeepNesting(filter: unknown, context: z.RefinementCtx): unknown {
  if (!isDeeperThan(maxDepth, filter)) return filter
  context.addIssue({ code: 'custom', message: `is nested more than ${maxDepth} levels deep` })
  return z.NEVER
}

function isDeeperThan(levels: number, filter: unknown): boolean {
  const { and, or, not } = Object(filter) as Partial<Record<'and' | 'or' | 'not', unknown>>
  const parts = [and, or, not].flat().filter((part) => part !== undefined)
  return parts.length > 0 && (levels === 0 || parts.some((part) => isDeeperThan(levels - 1, part)))
}
