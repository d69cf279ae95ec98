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
/** The message for a number that a 64-bit float may not represent exactly. */
export const inexact = 'must be a number up to 2^53 - 1; write a larger one as a text, in quotes'
const number = z.number().min(-Number.MAX_SAFE_INTEGER, inexact).max(Number.MAX_SAFE_INTEGER, inexact)
const literal = z.union([z.string().max(256), number, z.boolean()])

/** The maximum nesting of `and`, `or` and `not`, or of parentheses in a text. */
export const maxDepth = 20
/** The maximum number of conditions of a filter, at all levels. */
export const maxConditions = 200
/** The maximum number of values in all lists of a filter. */
export const maxListedValues = 1000

/** The size is checked before the content, because the schema is recursive and its errors are larger than the filter. */
export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.preprocess(
    rejectOversize,
    z.union([
      z.strictObject({ attribute, operator: z.enum(operators), value: literal }),
      z.strictObject({ attribute, in: z.array(literal).min(1).max(maxListedValues) }),
      z.strictObject({ and: z.array(filterSchema).min(1).max(maxConditions) }),
      z.strictObject({ or: z.array(filterSchema).min(1).max(maxConditions) }),
      z.strictObject({ not: filterSchema }),
    ]),
  ),
)

function rejectOversize(filter: unknown, context: z.RefinementCtx): unknown {
  const message = oversizeOf(filter)
  if (message === undefined) return filter
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}

/** Which limit a filter exceeds; undefined if none. What is not a filter counts as a condition. */
export function oversizeOf(filter: unknown): string | undefined {
  const open = [{ part: filter, depth: 0 }]
  let conditions = 0
  let listedValues = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { and, or, not, in: listed } = Object(next.part) as Record<string, unknown>
    const parts = [and, or, not].flat().filter((part) => part !== undefined)
    if (parts.length > 0 && next.depth === maxDepth) return `is nested more than ${maxDepth} levels deep`
    if (parts.length === 0) conditions++
    if (Array.isArray(listed)) listedValues += listed.length
    if (conditions + open.length + parts.length > maxConditions)
      return `has more than ${maxConditions} conditions`
    if (listedValues > maxListedValues) return `lists more than ${maxListedValues} values`
    for (const part of parts) open.push({ part, depth: next.depth + 1 })
  }
  return undefined
}
