import type { Hono } from 'hono'
import { etag } from 'hono/etag'
import type { ConsoleDependencies } from '../dependencies.ts'
import type { ConsoleEnvironment } from '../visitor.ts'

/** The maps, and what their script loads. Pages are loaded when they are first requested. */
export function addMapPages(pages: Hono<ConsoleEnvironment>, dependencies: ConsoleDependencies): void {
  pages.get('/map', (c) => c.redirect('map/items'))
  for (const kind of ['items', 'users'] as const)
    pages.get(`/map/${kind}`, async (c) => {
      const { showMap } = await import('./map-page.tsx')
      return showMap(c, dependencies, kind)
    })
  pages.get('/map/selection', async (c) => {
    const { showSelection } = await import('./selection-page.tsx')
    return showSelection(c, dependencies)
  })
  pages.get('/map/positions', async (c) => {
    const { sendPositions } = await import('./map-columns.ts')
    return sendPositions(c, dependencies)
  })
  pages.get('/map/colors', etag(), async (c) => {
    const { sendColors } = await import('./map-columns.ts')
    return sendColors(c, dependencies)
  })
  pages.get('/map/names', etag(), async (c) => {
    const { sendNames } = await import('./map-columns.ts')
    return sendNames(c, dependencies)
  })
}
