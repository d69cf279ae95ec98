/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import { Layout, type LayoutProps, renderDocument } from './layout.tsx'
import { rootOf } from './link.tsx'
import type { ConsoleContext } from './visitor.ts'

/** Responds with a page for the visitor. */
export function showPage(
  c: ConsoleContext,
  props: Required<Pick<LayoutProps, 'title' | 'section'>> & Pick<LayoutProps, 'scripts' | 'styles'>,
  body: Child,
): Response | Promise<Response> {
  return c.html(
    renderDocument(
      <Layout {...props} root={rootOf(c.req.path)} visitor={c.get('visitor')}>
        {body}
      </Layout>,
    ),
  )
}
