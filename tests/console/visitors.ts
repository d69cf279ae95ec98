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
 * after them. Pages are closed after each test.
 */
export function createVisitors(service: ConsoleService) {
  const { url, database, requiresKeys } = service
  const sessions = createPostgresSessions(database)
  const secrets = {} as Record<VisitorScope, string>
  const keyIds = {} as Record<VisitorScope, number>
  const sessionsByScope = new Map<VisitorScope, Promise<BrowserContext>>()
  let browser: Browser

  beforeAll(async () => {
    for (const scope of requiresKeys ? scopes : []) {
      const { key, secret } = await service.issue(scope, scope === 'read' ? hostile : scope)
      secrets[scope] = secret
      keyIds[scope] = key.id
    }
    browser = await openBrowser()
  })
  afterAll(async () => {
    for (const context of sessionsByScope.values()) await (await context).close()
    await service.close()
  })

  async function openContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext(options)
    onTestFinished(() => context.close())
    return context
  }

  async function startSession(context: BrowserContext, scope: VisitorScope): Promise<BrowserContext> {
    await context.addCookies([{ name: 'palate_console', value: await sessions.start(keyIds[scope]), url }])
    return context
  }

  /** The session that tests of a scope share, since a context takes longer than a page. */
  function sharedSession(scope: VisitorScope): Promise<BrowserContext> {
    const context =
      sessionsByScope.get(scope) ?? browser.newContext().then((opened) => startSession(opened, scope))
    sessionsByScope.set(scope, context)
    return context
  }

  async function visitIn(context: BrowserContext) {
    const opened = await openPage(context, url)
    onTestFinished(() => opened.page.close())
    return { context, ...opened }
  }

  return {
    secrets,
    openContext,
    /** A page of a visitor without a session. */
    visit: async (options?: BrowserContextOptions) => visitIn(await openContext(options)),
    /** A page of a visitor who signed in with a key of this scope; with options in a session of its own. */
    signIn: async (scope: VisitorScope, options?: BrowserContextOptions) =>
      visitIn(
        await (options
          ? openContext(options).then((context) => startSession(context, scope))
          : sharedSession(scope)),
      ),
  }
}
