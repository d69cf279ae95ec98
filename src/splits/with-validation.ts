import { joinEntries } from '../interactions/csr/join.ts'
import type { FinalSplit, Split } from './split.ts'
import { holdOutRatings } from './split-ratings.ts'

/** Whether single ratings of the training users are held out rather than whole users. */
export function holdsOutRatings({ train, validation, test }: Split): boolean {
  return validation.histories === train && test.histories === train
}

/**
 * For the final fit: the validation ratings join the training ratings, and with them the histories of the test users.
 *
 * @throws RangeError when whole users are held out: their ratings may not be trained on.
 */
export function withValidation(split: Split): FinalSplit {
  if (!holdsOutRatings(split))
    throw new RangeError(
      'Only a split that holds out ratings of the training users can train on its validation part',
    )
  const { train, users, items, validation, test } = split
  const joined = joinEntries(train, validation.targets)
  return { train: joined, users, items, test: holdOutRatings(joined, test.targets) }
}
