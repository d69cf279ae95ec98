/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { PropsWithChildren } from 'hono/jsx'
import { createContext, useContext } from 'hono/jsx'

/** The address of the console relative to the page, because a gateway may serve it below a path. */
export const Root = createContext('')

/** The address of the console relative to a path below it, such as `../../` for /console/models/ease/3. */
export function rootOf(path: string): string {
  return '../'.repeat(Math.max(0, path.split('/').length - 3))
}

/** A link to a page of the console, such as `models/ease/3`. */
export function Link({ to, current, children }: PropsWithChildren<{ to: string; current?: boolean }>) {
  return (
    <a href={useContext(Root) + to} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}
