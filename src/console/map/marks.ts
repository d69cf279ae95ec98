// What is marked on a map: items of a user, an item, items of a segment, or a user.
import type { RatedItem } from '../../ratings/user-ratings.ts'
import { placeUser } from '../../recommender/map.ts'
import { recommend } from '../../recommender/recommend.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import type { Segment } from '../../segments/segmentation.ts'
import type { MapPoints } from './map-points.ts'

export interface Mark {
  readonly kind: 'rated' | 'recommended' | 'found'
  readonly x: number
  readonly y: number
  /** Absent for a user. */
  readonly itemId?: string
  /** Such as the rating, or the rank. */
  readonly detail: string
}

export interface Marks {
  readonly marks: readonly Mark[]
  /** Why something is missing. */
  readonly notes: readonly string[]
}

export const noMarks: Marks = { marks: [], notes: [] }

/** The history of a user and the list of the model for it. */
export async function markHistory(
  served: ServedModel,
  points: MapPoints,
  rated: readonly RatedItem[],
  signal: AbortSignal,
): Promise<Marks> {
  const { basis, items } = await recommend(served, rated, defaultOptions, { signal })
  const recommended = markItems(
    points,
    items.map(({ itemId }, n) => ({ kind: 'recommended', itemId, detail: `rank ${n + 1}` })),
  )
  const shown = rated.slice(0, maxRated)
  const history = markItems(
    points,
    shown.map(({ itemId, value }) => ({ kind: 'rated', itemId, detail: `rated ${value}` })),
  )
  return {
    marks: [...recommended.marks, ...history.marks],
    notes: [
      ...(basis === 'popularity' ? ['The recommended items are the most popular ones.'] : []),
      ...(shown.length < rated.length ? [`The map shows ${maxRated} of ${rated.length} ratings.`] : []),
      ...missing(recommended.missing + history.missing),
    ],
  }
}

const maxRated = 300

export function markItem(points: MapPoints, itemId: string): Marks {
  const { marks, missing } = markItems(points, [{ kind: 'found', itemId, detail: '' }])
  return { marks, notes: missing > 0 ? ['The model does not know the item, so it is not on the map.'] : [] }
}

/** The characteristic items of a segment. */
export function markSegment(points: MapPoints, { items }: Segment): Marks {
  const found = markItems(
    points,
    items.map(({ itemId, share }) => ({
      kind: 'found',
      itemId,
      detail: `of ${Math.round(100 * share)} % of its users`,
    })),
  )
  const notes = items.length === 0 ? ['No item is characteristic of the segment.'] : missing(found.missing)
  return { marks: found.marks, notes }
}

/** Where a user is on the map of users. */
export async function markUser(
  served: ServedModel,
  rated: readonly RatedItem[],
  signal: AbortSignal,
): Promise<Marks> {
  const position = await placeUser(served, rated, { signal })
  if (position) return { marks: [{ kind: 'found', ...position, detail: '' }], notes: [] }
  return { marks: [], notes: ['The model cannot rank by the history of the user, who is not on the map.'] }
}

function markItems(
  { positions, numberOf }: MapPoints,
  items: readonly (Pick<Mark, 'kind' | 'detail'> & { readonly itemId: string })[],
): { marks: Mark[]; missing: number } {
  const marks = items.flatMap((item) => {
    const number = numberOf(item.itemId)
    return number === undefined ? [] : [{ ...item, x: positions[2 * number]!, y: positions[2 * number + 1]! }]
  })
  return { marks, missing: items.length - marks.length }
}

function missing(count: number): string[] {
  if (count === 0) return []
  return [`${count} ${count === 1 ? 'item is' : 'items are'} not on the map: the model does not know them.`]
}
