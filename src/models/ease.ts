// EASE^R: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019.
import { z } from 'zod'
import { defineModel } from './define-model.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { openItemRegression, solveItemRegression } from './item-item-regression.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  regularization: z
    .number()
    .positive()
    .default(700)
    .describe('λ, in users: 700 is best for MovieLens 1M; the paper uses 500 for MovieLens 20M')
    .register(searchRanges, { from: 10, to: 5000, scale: 'log' }),
})

/** A linear autoencoder that reproduces each item from all others: min_B ‖X − XB‖²_F + λ ‖B‖²_F, diag B = 0. */
export const ease = defineModel({
  kind: 'direct',
  name: 'ease',
  hyperparameters,
  solve: (data, { positiveThreshold, regularization }) =>
    solveItemRegression(data, positiveThreshold, () => regularization),
  open: openItemRegression,
})
