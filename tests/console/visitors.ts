// Browsers that visit the console of a test's service.
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { createPostgresSessions } from '../../src/http/access/postgres-sessions.ts'
import { openBrowser, openPage } from './browser.ts'
import { type ConsoleService, hostile } from './console-service.ts'

const scopes = ['read', 'write', 'admin'] as const

export type VisitorScope = (typeof scopes)[number]

/**
 * Opens a browser before the tests and creates a key of each scope where the service requires keys, and closes the service
 * after them. Contexts are closed after each test.
 */
export function createVisitors(service: ConsoleService) {
  const { url, database, requiresKeys } = service
  const sessions = createPostgresSessions(database)
  const secrets = {} as Record<VisitorScope, string>
  const keyIds = {} as Record<VisitorScope, number>
  let browser: Browser

  beforeAll(async () => {
    for (const scope of requiresKeys ? scopes : []) {
      const { key, secret } = await service.issue(scope, scope === 'read' ? hostile : scope)
      secrets[scope] = secret
      keyIds[scope] = key.id
    }
    browser = await openBrowser()
  })
  afterAll(() => service.close())

  async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    return context
  }

  return {
    secrets,
    openContext,
    /** A page of a visitor without a session. */
    async visit(options?: BrowserContextOptions) {
      const context = await openContext(options)
      return { context, ...(await openPage(context, url)) }
    },
    /** A page of a visitor who signed in with a key of this scope. */
    async signIn(scope: VisitorScope, options?: BrowserContextOptions) {
      const context = await openContext(options)
      await context.addCookies([{ name: 'palate_console', value: await sessions.start(keyIds[scope]), url }])
      return { context, ...(await openPage(context, url)) }
    },
  }
}
