import type { z } from '@hono/zod-openapi'

/** The `body` of a route's request: JSON of a schema, which must be sent. */
export function jsonBody<T extends z.ZodType>(schema: T, example?: unknown) {
  return {
    required: true,
    content: { 'application/json': { schema, ...(example !== undefined && { example }) } },
  }
}

/** The problems of a request with a body. */
export const bodyProblems = ['malformed-body', 'unsupported-media-type', 'body-too-large'] as const
