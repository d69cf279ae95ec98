import type { Hono } from 'hono'
import type { ConsoleDependencies } from '../dependencies.ts'
import type { ConsoleEnvironment } from '../visitor.ts'

/** Pages are loaded when they are first requested. */
export function addUserPages(pages: Hono<ConsoleEnvironment>, dependencies: ConsoleDependencies): void {
  pages.get('/users', async (c) => {
    const { showUsers } = await import('./users-page.tsx')
    return showUsers(c, dependencies)
  })
  pages.get('/users/user', async (c) => {
    const { showUser } = await import('./user-page.tsx')
    return showUser(c, dependencies)
  })
  pages.post('/users/what-if', async (c) => {
    const { showWhatIf } = await import('./user-page.tsx')
    return showWhatIf(c, dependencies)
  })
  pages.get('/users/why', async (c) => {
    const { showWhy } = await import('./why-page.tsx')
    return showWhy(c, dependencies)
  })
  pages.post('/users/why', async (c) => {
    const { showWhyIf } = await import('./why-page.tsx')
    return showWhyIf(c, dependencies)
  })
  pages.get('/users/similar', async (c) => {
    const { showSimilarUsers } = await import('./similar-page.tsx')
    return showSimilarUsers(c, dependencies)
  })
  pages.post('/users/erase', async (c) => {
    const { eraseUser } = await import('./erasure-page.tsx')
    return eraseUser(c, dependencies)
  })
}
