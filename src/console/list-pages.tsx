/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { InvalidFormError } from './form.ts'
import { Link } from './link.tsx'
import type { ConsoleContext } from './visitor.ts'

/**
 * How many of the newest entries of a list a request skips, by the parameter that has the name of the list.
 *
 * @throws InvalidFormError
 */
export function skippedIn(c: ConsoleContext, list: string): number {
  const text = c.req.query(list) ?? '0'
  if (!/^\d{1,9}$/.test(text)) throw new InvalidFormError(`The field ${list} must be a whole number.`)
  return Number(text)
}

interface ListPagesProps {
  /** The page of the list. */
  readonly to: string
  readonly list: string
  readonly skipped: number
  /** Entries on a page. */
  readonly size: number
  /** Whether there are older entries. */
  readonly hasMore: boolean
}

/** Links to the newer and older entries of a list; none where all are shown. */
export function ListPages({ to, list, skipped, size, hasMore }: ListPagesProps) {
  if (skipped === 0 && !hasMore) return null
  const addressOf = (skip: number) => `${to}?${new URLSearchParams({ [list]: String(skip) })}`
  return (
    <p>
      {skipped > 0 && <Link to={addressOf(Math.max(0, skipped - size))}>{`Newer ${list}`}</Link>}{' '}
      {hasMore && <Link to={addressOf(skipped + size)}>{`Older ${list}`}</Link>}
    </p>
  )
}
