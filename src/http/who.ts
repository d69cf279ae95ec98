// Whose taste a question in a body is about.
import { z } from '@hono/zod-openapi'
import type { RatedItem, UserRatings } from '../ratings/user-ratings.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import { givenHistory, valued } from './list-answer.ts'
import * as parameters from './parameters.ts'

/** Somebody of whom the database may know something, or a history that it does not keep. */
export const who = z
  .union([z.strictObject({ userId: parameters.userId }), z.strictObject({ history: givenHistory })])
  .openapi('Who')

export type Who = z.infer<typeof who>

/** A history still to be valued by the model, or the ratings as they stand now. */
export async function historyOf(
  asked: Who,
  ratings: Pick<UserRatings, 'of'>,
): Promise<(served: ServedModel) => readonly RatedItem[]> {
  if ('history' in asked) return (served) => valued(asked.history, served)
  const history = await ratings.of(asked.userId)
  return () => history
}
