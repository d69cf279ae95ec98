/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { type Html, trustedHtml } from '../pages/html.ts'
import { type TableOptions, table } from '../pages/table.ts'

/** The table of the reports. */
export function Table({
  head,
  rows,
  ...options
}: TableOptions & { head: readonly string[]; rows: readonly (readonly Child[])[] }) {
  return raw(
    table(
      head,
      rows.map((cells) => cells.map(toHtml)),
      options,
    ).html,
  )
}

/** A piece of HTML of the reports, such as a plot. */
export function Drawing({ of }: { of: Html }) {
  return raw(of.html)
}

function toHtml(cell: Child): Html | string {
  return typeof cell === 'object' && cell !== null ? trustedHtml(String(cell)) : String(cell ?? '')
}
