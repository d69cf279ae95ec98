// Lists as JSON, or as CSV for spreadsheets if the client prefers it.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { formatCsv } from '../pages/csv.ts'
import { type ProblemName, respondsWith } from './problem.ts'

const json = 'application/json'
const csv = 'text/csv'

/** Responds with `body`, or with the `entries` of its list as CSV. */
export function respondList<T extends object>(c: Context, body: T, entries: readonly object[]) {
  c.header('Vary', 'Accept', { append: true })
  const type = accepts(c, { header: 'Accept', supports: [json, csv], default: json })
  if (type === json) return c.json(body, 200)
  return c.body(formatCsv(entries), 200, { 'Content-Type': `${csv}; charset=utf-8` }) as never
}

/** As `respondsWith`, for a route that responds by `respondList`. */
export function respondsWithList<T extends z.ZodType>(
  description: string,
  schema: T,
  ...names: readonly ProblemName[]
): ReturnType<typeof respondsWith<T>> {
  const responses = respondsWith(description, schema, ...names)
  const asCsv = {
    [csv]: { schema: z.string().openapi({ description: 'A line for each entry of the list' }) },
  }
  const { content } = responses[200]
  return { ...responses, 200: { description, content: { ...content, ...asCsv } } }
}
