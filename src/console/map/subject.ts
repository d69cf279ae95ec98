// The user, item or segment that a request marks on a map.
import type { ServedModel } from '../../recommender/served-model.ts'
import type { Segmentation } from '../../segments/segmentation.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError } from '../form.ts'
import { findItemNamed } from '../items/find-item.ts'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext } from '../visitor.ts'
import type { MapKind, MapPoints } from './map-points.ts'
import { type Marks, markHistory, markItem, markSegment, markUser, noMarks } from './marks.ts'

/** At most one of them. */
export interface Subject {
  readonly userId?: string
  readonly itemId?: string
  readonly segment?: number
}

/** @throws InvalidFormError */
export async function readSubject(
  c: ConsoleContext,
  kind: MapKind,
  dependencies: ConsoleDependencies,
): Promise<{ subject: Subject; unknown?: string }> {
  const { user = '', item = '', segment = '' } = c.req.query()
  if (user !== '') return { subject: { userId: requireId(user) } }
  if (kind === 'users') return { subject: {} }
  if (segment !== '' && /^\d{1,3}$/.test(segment)) return { subject: { segment: Number(segment) } }
  if (item.trim() === '') return { subject: {} }
  const itemId = await findItemNamed(item.trim(), dependencies)
  return itemId === undefined ? { subject: {}, unknown: item.trim() } : { subject: { itemId } }
}

export async function mark(
  c: ConsoleContext,
  served: ServedModel,
  points: MapPoints,
  { userId, itemId, segment }: Subject,
  segmentation: Segmentation | null,
  { ratings }: Pick<ConsoleDependencies, 'ratings'>,
): Promise<Marks> {
  const { signal } = c.req.raw
  if (userId !== undefined) {
    const rated = await ratings.of(userId)
    return points.itemIds.length > 0
      ? markHistory(served, points, rated, signal)
      : markUser(served, rated, signal)
  }
  if (itemId !== undefined) return markItem(points, itemId)
  if (segment === undefined) return noMarks
  const found = segmentation?.segments.find((other) => other.segment === segment)
  if (found === undefined) throw new InvalidFormError(`The model has no segment ${segment}.`)
  return markSegment(points, found)
}
