// EASE^R: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
import { z } from 'zod'
import { openItemRegression, solveItemRegression } from './item-item-regression.ts'
import type { ClosedFormModel } from './model.ts'
import { positiveFrom } from './positives.ts'
import { searchRanges } from './search-range.ts'

const hyperparameters = z.strictObject({
  positiveFrom,
  regularization: z
    .number()
    .positive()
    .default(700)
    .describe('λ, in users: 700 is best for MovieLens 1M, and the paper takes 500 for MovieLens 20M')
    .register(searchRanges, { from: 10, to: 5000, scale: 'log' }),
})

type EaseHyperparameters = z.infer<typeof hyperparameters>

/** A linear autoencoder that may not look at the item it reproduces: min_B ‖X − XB‖²_F + λ ‖B‖²_F, diag B = 0. */
export const ease: ClosedFormModel<EaseHyperparameters> = Object.freeze({
  kind: 'closed-form',
  name: 'ease',
  hyperparameters,
  solve: (data, { positiveFrom, regularization }) =>
    solveItemRegression(data, positiveFrom, () => regularization),
  open: openItemRegression,
} satisfies ClosedFormModel<EaseHyperparameters>)
