import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { open } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { describeApp } from './openapi-document.ts'
import { answers } from './problem.ts'

/** The interface described by itself. */
export function addDocumentRoute(app: OpenAPIHono<Environment>): void {
  let document: ReturnType<typeof describeApp> | undefined
  app.openapi(describe, (c) => {
    document ??= describeApp(app)
    return c.json(document as unknown as z.infer<typeof anyDocument>)
  })
}

const anyDocument = z.looseObject({ openapi: z.literal('3.1.0') })

const describe = createRoute({
  method: 'get',
  path: '/openapi.json',
  security: open,
  summary: 'This document',
  responses: answers('OpenAPI 3.1', anyDocument),
})
