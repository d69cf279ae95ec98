import { joinEntries } from '../interactions/join-entries.ts'
import type { FinalSplit, Split } from './split.ts'
import { holdOutRatings } from './split-ratings.ts'

/**
 * For the final fit: the validation ratings join the training ratings, and so the histories of the users judged.
 *
 * @throws RangeError when the validation users are not the training users: nothing of theirs may be trained on.
 */
export function withValidation({ train, users, items, validation, test }: Split): FinalSplit {
  if (validation.histories !== train || test.histories !== train)
    throw new RangeError(
      'Only a split that holds out ratings of the training users can train on its validation part',
    )
  const joined = joinEntries(train, validation.targets)
  return { train: joined, users, items, test: holdOutRatings(joined, test.targets) }
}
