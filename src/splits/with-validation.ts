import { joinEntries } from '../interactions/csr/join.ts'
import { stackRows } from '../interactions/csr/stack.ts'
import { createIdMap } from '../interactions/id-map.ts'
import type { FinalSplit, Split } from './split.ts'
import { holdOutRatings } from './split-ratings.ts'

/** Whether single ratings of the training users are held out rather than whole users. */
export function holdsOutRatings({ train, validation, test }: Split): boolean {
  return validation.histories === train && test.histories === train
}

/**
 * For the final fit: the validation part joins the training part. Where single ratings are held out, so do the histories of
 * the test users; where whole users are held out, the validation users follow the training users.
 */
export function withValidation(split: Split): FinalSplit {
  const { train, users, items, validation, test } = split
  const known = joinEntries(validation.histories, validation.targets)
  if (holdsOutRatings(split)) return { train: known, users, items, test: holdOutRatings(known, test.targets) }
  const all = createIdMap([...users.ids, ...split.validationUserIds])
  return { train: stackRows(train, known), users: all, items, test }
}
