/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child, PropsWithChildren } from 'hono/jsx'
import { Link, Root, rootOf } from './link.tsx'
import { showPage } from './page.tsx'
import type { ConsoleContext } from './visitor.ts'

/** Whether the script parts.js requests a part of a page, instead of a browser a page. */
export function isPartRequest(c: { req: { header(name: string): string | undefined } }): boolean {
  return c.req.header('X-Part') !== undefined
}

/**
 * Responds with a part for the page that requests it, or else with a page of its own. Its path is as deep as that of the
 * page, so that its links lead to the same addresses from both.
 */
export function showPart(
  c: ConsoleContext,
  props: Parameters<typeof showPage>[1],
  part: Child,
): Response | Promise<Response> {
  if (!isPartRequest(c)) return showPage(c, props, part)
  return c.html(String(<Root.Provider value={rootOf(c.req.path)}>{part}</Root.Provider>))
}

interface PartProps {
  /** The page that has the part alone. */
  readonly to: string
  /** The text of the link, without the script. */
  readonly label: string
}

/** Loads a part after the page. The page needs the script parts.js. */
export function LatePart({ to, label }: PartProps) {
  return (
    <div data-part="">
      <p>
        <Link to={to}>{label}</Link>
      </p>
    </div>
  )
}

/** Loads a part when it is opened. */
export function PartOnDemand({ summary, children }: PropsWithChildren<{ summary: Child }>) {
  return (
    <details data-part="">
      <summary>{summary}</summary>
      <p>{children}</p>
    </details>
  )
}
