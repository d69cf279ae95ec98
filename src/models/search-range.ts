// Where a search looks for good hyperparameters: a part of what their schemas allow.
import { z } from 'zod'

export type SearchRange =
  | { readonly from: number; readonly to: number; readonly scale: 'linear' | 'log' }
  /** In any order; those near each other in it are no more alike than others. */
  | { readonly choices: readonly unknown[] }

/** The range of each hyperparameter that is searched; those without one keep their values. */
export const searchRanges = z.registry<SearchRange>()
