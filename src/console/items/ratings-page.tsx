/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed } from '../../pages/numbers.ts'
import { plotValues } from '../data/value-plot.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { showPart } from '../part.tsx'
import { Drawing } from '../table.tsx'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import { ItemLink } from './item-link.tsx'
import { plotPeriods } from './period-plot.ts'

/** The ratings of an item by value and over time. */
export async function showItemRatings(c: ConsoleContext, { catalog, readItemRatings }: ConsoleDependencies) {
  const itemId = requireId(c.req.query('id'))
  const [{ count, mean, values, periods, unit }, titles] = await Promise.all([
    readItemRatings(itemId),
    catalog.titles([itemId]),
  ])
  const title = titles.get(itemId)
  return showPart(
    c,
    { title: `Ratings of ${title ?? itemId}`, section: 'items' },
    count === 0 ? (
      <p>
        There are no ratings of <ItemLink itemId={itemId} title={title} />.
      </p>
    ) : (
      <>
        <p>{`${formatCount(count)} ratings, ${formatFixed(mean, 2)} on average.`}</p>
        <figure>
          <Drawing of={plotValues(values, { label: 'Ratings by value', counted: 'Ratings' })} />
          <figcaption>Ratings by value.</figcaption>
        </figure>
        {periods.length === 0 ? (
          <p class="note">No rating has a time.</p>
        ) : (
          <figure>
            <Drawing of={plotPeriods(periods, unit)} />
            <figcaption>{`Ratings by ${unit} (UTC); those without a time are left out.`}</figcaption>
          </figure>
        )}
      </>
    ),
  )
}
