/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCsv } from '../../pages/csv.ts'
import { formatCount, formatShare } from '../../pages/numbers.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { ItemLink } from '../items/item-link.tsx'
import { Link } from '../link.tsx'
import { showPart } from '../part.tsx'
import { Table } from '../table.tsx'
import type { ConsoleContext } from '../visitor.ts'
import type { Coloring } from './coloring.ts'
import { parseLasso, pointsInside } from './lasso.ts'
import type { MapPoints } from './map-points.ts'
import { colorPoints, mapAddress, type ShownMap, useMap } from './map-query.ts'

interface Selection {
  readonly map: ShownMap
  readonly coloring: Coloring
  /** Numbers of points. */
  readonly numbers: readonly number[]
  /** The most popular first; empty on a map of users. */
  readonly items: readonly SelectedItem[]
}

interface SelectedItem {
  readonly itemId: string
  /** Undefined for an item that was added later. */
  readonly trainingRatings: number | undefined
  readonly x: number
  readonly y: number
}

/** The points inside a lasso: how many of each color, and the items as a table or as CSV. */
export async function showSelection(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const lasso = parseLasso(c.req.query('lasso'))
  const selection = await useMap(c, dependencies, async (served, points, map): Promise<Selection> => {
    const numbers = await pointsInside(lasso, points.positions)
    const coloring = await colorPoints(served, points, map, dependencies)
    return { map, coloring, numbers, items: map.kind === 'items' ? select(served, points, numbers) : [] }
  })
  const { map, items } = selection
  if (c.req.query('format') === 'csv') return sendCsv(c, items, dependencies)
  const shown = items.slice(0, maxShown)
  const titles = await dependencies.catalog.titles(shown.map(({ itemId }) => itemId))
  const query = { edition: c.req.query('edition')!, lasso: lasso.join() }
  return showPart(
    c,
    { title: 'Selection', section: 'map' },
    <>
      <h2>{`${formatCount(selection.numbers.length)} ${map.kind} in the selection`}</h2>
      <ByColor {...selection} />
      {items.length > 0 && (
        <>
          <p>
            <Link to={mapAddress('selection', map, { ...query, format: 'csv' })}>All as CSV</Link>
            {shown.length < items.length && <small>{` The table has the ${maxShown} most popular.`}</small>}
          </p>
          <Table
            head={['Item', 'Training ratings']}
            rows={shown.map(({ itemId, trainingRatings }) => [
              <ItemLink itemId={itemId} title={titles.get(itemId)} />,
              trainingRatings === undefined ? 'added later' : formatCount(trainingRatings),
            ])}
          />
        </>
      )}
    </>,
  )
}

const maxShown = 200

function select(
  { trainedItems, popularity }: ServedModel,
  { itemIds, positions }: MapPoints,
  numbers: readonly number[],
): SelectedItem[] {
  return numbers
    .map((n) => {
      const item = trainedItems.indexOf(itemIds[n]!)
      return {
        itemId: itemIds[n]!,
        trainingRatings: item === undefined ? undefined : popularity[item]!,
        ...{ x: positions[2 * n]!, y: positions[2 * n + 1]! },
      }
    })
    .sort((a, b) => (b.trainingRatings ?? -1) - (a.trainingRatings ?? -1))
}

function ByColor({ coloring: { column, categories }, numbers }: Selection) {
  if (numbers.length === 0) return null
  const rows = categories
    .map(({ label, points }, n) => {
      const count = numbers.filter((number) => column[number] === n + 1).length
      return { label, points, count }
    })
    .filter(({ count }) => count > 0)
  return (
    <Table
      head={['Color', 'Selected', 'Share of the selection', 'Share of the map']}
      rows={rows.map(({ label, points, count }) => [
        <bdi>{label}</bdi>,
        formatCount(count),
        formatShare(count / numbers.length),
        formatShare(points / column.length),
      ])}
    />
  )
}

async function sendCsv(
  c: ConsoleContext,
  items: readonly SelectedItem[],
  { catalog }: Pick<ConsoleDependencies, 'catalog'>,
) {
  const all = await catalog.read()
  const rows = items.map((item) => ({ ...item, title: all.get(item.itemId)?.title ?? null }))
  return c.body(formatCsv(rows), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="selection.csv"',
  })
}
