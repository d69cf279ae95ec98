// Pages of a list. A cursor has the position of a page's last entry, so that a page is found without reading those before it.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { toQuery } from './recommendation-query.ts'

const limitMessage = 'must be a whole number from 1 to 1000'

/** The parameters of a list in pages, whose cursors have positions of this schema. */
export function pageQuery<T extends z.ZodType>(position: T) {
  const { limit } = toQuery({
    limit: z
      .int(limitMessage)
      .min(1, limitMessage)
      .max(1000, limitMessage)
      .default(100)
      .meta({ description: 'The maximum number of entries of a page' }),
  })
  const cursor = z
    .string()
    .transform((text, context): z.output<T> => {
      const parsed = position.safeParse(parse(text))
      if (parsed.success) return parsed.data
      context.addIssue('must be the nextCursor of a response')
      return z.NEVER
    })
    .optional()
    .openapi({
      type: 'string',
      description: 'The nextCursor of the previous page; the first page by default',
    })
  return { limit, cursor }
}

export const nextCursor = z.string().nullable().openapi({
  description: 'Requests the next page; null if there is none. The Link header has its URL',
})

/** The cursor after a position, also as a Link header (RFC 8288); null without one. */
export function withNext(c: Context, position: unknown): string | null {
  if (position === null) return null
  const cursor = Buffer.from(JSON.stringify(position)).toString('base64url')
  const query = new URL(c.req.url).searchParams
  query.set('cursor', cursor)
  c.header('Link', `<?${query}>; rel="next"`)
  return cursor
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}
