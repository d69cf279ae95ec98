// The API reference: the OpenAPI document, and Swagger UI served from this service without external resources.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { withoutKey } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { createDocument } from './openapi-document.ts'
import { problem, problemResponses, respondsWith } from './problem.ts'

export function addDocsRoutes(app: OpenAPIHono<Environment>): void {
  let document: ReturnType<typeof createDocument> | undefined
  app.openapi(openapi, (c) => {
    document ??= createDocument(app)
    return c.json(document as unknown as z.infer<typeof anyDocument>)
  })
  app.openapi(page, (c) => {
    c.header('Content-Security-Policy', policy)
    return c.html(html)
  })
  app.openapi(asset, async (c) => sendAsset(c, c.req.valid('param').asset))
}

/** Swagger UI sets inline styles and draws its icons from data URLs. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// All URLs are relative, because a gateway may serve the API below a path.
const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Palate: API reference</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

const types = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'start.js': 'text/javascript; charset=utf-8',
} as const

type Asset = keyof typeof types

const contents = new Map<Asset, Promise<string>>([['start.js', Promise.resolve(start)]])

async function sendAsset(c: Context<Environment>, name: string) {
  if (!Object.hasOwn(types, name))
    return problem(c, 'not-found', 'The API reference has no file of this name.')
  const asset = name as Asset
  const content = contents.get(asset) ?? readFile(resolve(`swagger-ui-dist/${asset}`), 'utf8')
  contents.set(asset, content)
  c.header('Cache-Control', 'max-age=3600')
  return c.body(await content, 200, { 'Content-Type': types[asset] })
}

const { resolve } = createRequire(import.meta.url)

const anyDocument = z.looseObject({ openapi: z.literal('3.1.0') })

const openapi = createRoute({
  method: 'get',
  path: '/openapi.json',
  security: withoutKey,
  summary: 'This document',
  responses: respondsWith('An OpenAPI 3.1 document', anyDocument),
})

const page = createRoute({
  method: 'get',
  path: '/docs',
  security: withoutKey,
  summary: 'The API reference as a page',
  responses: { 200: { description: 'A page', content: { 'text/html': { schema: z.string() } } } },
})

const asset = createRoute({
  method: 'get',
  path: '/docs/{asset}',
  security: withoutKey,
  summary: 'A script or style sheet of the page',
  request: { params: z.strictObject({ asset: z.string().openapi({ example: 'swagger-ui.css' }) }) },
  responses: {
    200: { description: 'A script or a style sheet', content: { 'text/css': { schema: z.string() } } },
    ...problemResponses(['not-found']),
  },
})
