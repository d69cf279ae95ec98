import { z } from '@hono/zod-openapi'
import type { RatedItem, UserRatings } from '../ratings/user-ratings.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import * as parameters from './parameters.ts'

/** A history sent with a request. */
export const requestHistory = z
  .array(
    z.strictObject({
      itemId: parameters.itemId,
      value: parameters.ratingValue.optional().openapi({
        description:
          'The rating; by default the highest rating in the training data. A negative value is a dislike',
      }),
    }),
  )
  .max(parameters.maxEntries)
  .openapi('History')

/** A user in the database, or a history that is not stored. */
export const userOrHistory = z
  .union([z.strictObject({ userId: parameters.userId }), z.strictObject({ history: requestHistory })])
  .openapi('UserOrHistory')

/** Gives items without a rating the highest rating that the model was trained on. */
export function withValues(
  history: z.infer<typeof requestHistory>,
  { highestRating }: ServedModel,
): RatedItem[] {
  return history.map(({ itemId, value = highestRating }) => ({ itemId, value }))
}

/** The current ratings of the user or the history, as a function of the model that fills in missing ratings. */
export async function readHistory(
  subject: z.infer<typeof userOrHistory>,
  ratings: Pick<UserRatings, 'of'>,
): Promise<(served: ServedModel) => readonly RatedItem[]> {
  if ('history' in subject) return (served) => withValues(subject.history, served)
  const history = await ratings.of(subject.userId)
  return () => history
}
