import { formatCount } from '../../pages/numbers.ts'
import { userMapOf } from '../../recommender/map.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import { nearestCentroid } from '../../segments/cluster.ts'
import type { Segmentation } from '../../segments/segmentation.ts'
import { InvalidFormError } from '../form.ts'
import type { ColorChoice } from './color-items.ts'
import { type Coloring, colorByCategory, colorByNumber } from './coloring.ts'

export const activityChoice: ColorChoice = { value: 'activity', label: 'Number of ratings' }
export const segmentChoice: ColorChoice = { value: 'segment', label: 'Segment' }

/**
 * @param segmentation of the version; null if there is none
 * @throws InvalidFormError if there is no such choice
 */
export function colorUsers(served: ServedModel, segmentation: Segmentation | null, choice: string): Coloring {
  const { activity: counts, anchors } = userMapOf(served)
  if (choice === activityChoice.value)
    return colorByNumber(Float64Array.from(counts), (count) => formatCount(count))
  if (choice !== segmentChoice.value || segmentation === null)
    throw new InvalidFormError(`The field color is invalid: users have no ${choice}.`)
  const { segments } = segmentation
  const centroids = segments.map(({ centroid }) => centroid)
  const named = segments.length > maxSegments ? maxSegments - 1 : segments.length
  const labels = segments.slice(0, named).map(({ segment, name }) => `${segment} ${name}`)
  const { dimensions, points } = anchors
  const column = Uint8Array.from(counts, (_, n) => {
    const point = points.subarray(n * dimensions, (n + 1) * dimensions)
    return Math.min(1 + nearestCentroid(centroids, point), named + 1)
  })
  return colorByCategory(column, segments.length > named ? [...labels, 'other segments'] : labels)
}

/** A color each. */
const maxSegments = 8
