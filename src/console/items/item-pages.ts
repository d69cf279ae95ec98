import type { Hono } from 'hono'
import type { ConsoleDependencies } from '../dependencies.ts'
import type { ConsoleEnvironment } from '../visitor.ts'

/** Pages are loaded when they are first requested. */
export function addItemPages(pages: Hono<ConsoleEnvironment>, dependencies: ConsoleDependencies): void {
  pages.get('/items', async (c) => {
    const { showItems } = await import('./items-page.tsx')
    return showItems(c, dependencies)
  })
  pages.get('/items/suggestions', async (c) => {
    const { suggestItems } = await import('./items-page.tsx')
    return suggestItems(c, dependencies)
  })
  pages.get('/items/item', async (c) => {
    const { showItem } = await import('./item-page.tsx')
    return showItem(c, dependencies)
  })
  pages.get('/items/ratings', async (c) => {
    const { showItemRatings } = await import('./ratings-page.tsx')
    return showItemRatings(c, dependencies)
  })
  pages.get('/items/similar', async (c) => {
    const { showSimilarItems } = await import('./similar-page.tsx')
    return showSimilarItems(c, dependencies)
  })
  pages.get('/items/audience', async (c) => {
    const { showAudience } = await import('./audience-page.tsx')
    return showAudience(c, dependencies)
  })
}
