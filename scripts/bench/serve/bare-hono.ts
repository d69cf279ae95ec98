// The throughput of Hono alone: one route whose response is as large as a recommendation.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const bytes = Number(process.argv[2])
const item = { itemId: '2858', title: 'American Beauty (1999)', score: 5.123456789 }
const items = Array.from({ length: Math.round(bytes / JSON.stringify(item).length) }, () => item)
const app = new Hono()
app.get('/recommend/:userId', (c) => c.json({ userId: c.req.param('userId'), items }))
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
  console.log(`listening on http://127.0.0.1:${port}`),
)
process.once('SIGTERM', () => server.close())
