import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { accepts } from 'hono/accepts'
import { pagePolicy } from '../pages/page.ts'
import type { Reports } from '../retraining/report/reports.ts'
import { needs } from './access/scopes.ts'
import type { Environment } from './environment.ts'
import { respondsWith } from './problem.ts'

/** The reports of retraining runs: as a page for people and as JSON for programs. */
export function addReportsRoute(
  app: OpenAPIHono<Environment>,
  { reports }: { readonly reports: Pick<Reports, 'find'> },
): void {
  app.openapi(find, async (c) => {
    const [runId, extension] = c.req.valid('param').id.split('.')
    const { result, html } = await reports.find(runId!)
    c.header('Vary', 'Accept')
    if (extension === 'json' || prefersJson(c)) return c.json({ ...result })
    c.header('Content-Security-Policy', pagePolicy)
    return c.html(html)
  })
}

function prefersJson(c: Parameters<typeof accepts>[0]): boolean {
  const supports = ['text/html', 'application/json']
  return accepts(c, { header: 'Accept', supports, default: 'text/html' }) === 'application/json'
}

const id = z
  .string()
  .regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.json)?$/,
    'must be the id of a run, with .json after it for JSON',
  )
  .openapi({ example: '0b7c9a52-6f5e-4a57-9a70-0f4f6c1f7f11' })

const responses = respondsWith(
  'The report as a page; as JSON with .json in the path, or if the Accept header prefers it',
  z
    .looseObject({
      runId: z.uuid(),
      outcome: z.enum(['promoted', 'kept', 'stopped']),
      reason: z.string(),
      startedAt: z.iso.datetime(),
      finishedAt: z.iso.datetime(),
    })
    .openapi('RetrainingReport'),
  'unknown-report',
)

const find = createRoute({
  method: 'get',
  path: '/reports/{id}',
  security: needs('admin'),
  summary: 'The report of a retraining run: metrics, gate, drift, and the lists of ten users',
  request: { params: z.strictObject({ id }) },
  responses: {
    ...responses,
    200: {
      ...responses[200],
      content: { ...responses[200].content, 'text/html': { schema: z.string() } },
    },
  },
})
