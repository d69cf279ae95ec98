/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type PropsWithChildren, useContext } from 'hono/jsx'
import { formatCount } from '../../pages/numbers.ts'
import type { TimedRating } from '../../ratings/postgres-user-timeline.ts'
import { ItemLink } from '../items/item-link.tsx'
import { Root } from '../link.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { Visitor } from '../visitor.ts'
import { userPath } from './user-path.ts'
import { isChanged, type WhatIf } from './what-if.ts'

interface WhatIfFormProps {
  readonly userId: string
  readonly visitor: Visitor
  readonly whatIf: WhatIf
  /** The ratings of this page of the history. */
  readonly shown: readonly TimedRating[]
  readonly titles: ReadonlyMap<string, string>
  /** How many ratings the history has. */
  readonly count: number
  /** Whether there are ratings after those that are shown. */
  readonly hasMore: boolean
  /** The rating of an item to add, unless another is typed. */
  readonly value: number
}

/** The history, whose ratings can be unchecked, and items to add. The children are its lists. */
export function WhatIfForm(props: PropsWithChildren<WhatIfFormProps>) {
  const { userId, visitor, shown, whatIf, value, children } = props
  const root = useContext(Root)
  const listed = new Set(shown.map(({ itemId }) => itemId))
  return (
    <form class="what-if" method="post" action={`${root}users/what-if`}>
      <input type="hidden" name="token" value={visitor.token} />
      <input type="hidden" name="id" value={userId} />
      {[...whatIf.without]
        .filter((itemId) => !listed.has(itemId))
        .map((itemId) => (
          <input type="hidden" name="without" value={itemId} />
        ))}
      <div class="history">
        <h2>Ratings</h2>
        <p class="note">
          What if the history were different? Uncheck ratings or add items to see the lists for that history.
          Nothing is stored.
        </p>
        <p class="controls">
          <label for="add">Add an item, by title or id</label>
          <input id="add" name="add" list="suggestions" autocomplete="off" />
          <datalist id="suggestions" data-source={`${root}items/suggestions`} />
          <label for="value">Rating</label>
          <input id="value" name="value" type="number" step="any" value={String(value)} />
          <button type="submit" class="update">
            Update the lists
          </button>
        </p>
        <History {...props} />
      </div>
      <div>
        <h2>Lists of the champions</h2>
        <p id="what-if-status" role="status" class="unseen" />
        <div id="outcome">{children}</div>
      </div>
    </form>
  )
}

function History({ userId, shown, titles, whatIf, count, hasMore }: WhatIfFormProps) {
  if (count === 0) return <p>There are no ratings.</p>
  const last = shown.at(-1)
  const areTimed = shown.some(({ time }) => time !== null)
  return (
    <>
      <Table
        head={['Item', 'Rating', ...(areTimed ? ['Rated'] : [])]}
        rows={shown.map(({ itemId, value, kind, time }) => [
          <>
            <input type="hidden" name="listed" value={itemId} />
            <input
              type="checkbox"
              name="kept"
              value={itemId}
              checked={!whatIf.without.has(itemId)}
              aria-label={`With the rating of ${titles.get(itemId) ?? itemId}`}
            />{' '}
            <ItemLink itemId={itemId} title={titles.get(itemId)} />
          </>,
          kind === 'rating' ? String(value) : `${value} (${kind})`,
          ...(areTimed ? [time ? <Time at={time} /> : ''] : []),
        ])}
      />
      {last && hasMore && (
        <p>
          <MoreRatings userId={userId} after={[last.position, last.itemId]} isChanged={isChanged(whatIf)} />{' '}
          <small>{`${formatCount(count)} in all${areTimed ? ', the latest first' : ''}`}</small>
        </p>
      )}
    </>
  )
}

/** A link, or a button that sends the changes along. */
function MoreRatings({
  userId,
  after,
  isChanged,
}: {
  userId: string
  after: readonly [number, string]
  isChanged: boolean
}) {
  const root = useContext(Root)
  const position = JSON.stringify(after)
  if (isChanged)
    return (
      <button type="submit" name="after" value={position}>
        Next ratings
      </button>
    )
  return (
    <a
      href={`${root}${userPath(userId)}&${new URLSearchParams({ after: position })}`}
      data-after={position}
      rel="next"
    >
      Next ratings
    </a>
  )
}
