// EDLAE: Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020.
import { z } from 'zod'
import { defineModel } from './define-model.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { openItemRegression, solveItemRegression } from './item-item-regression.ts'

const hyperparameters = z.strictObject({
  positiveThreshold,
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('p, the share of the input that is dropped')
    .register(searchRanges, { from: 0, to: 0.9, scale: 'linear' }),
  regularization: z
    .number()
    .positive()
    .default(300)
    .describe('λ, in users, in addition to the dropout')
    .register(searchRanges, { from: 10, to: 2000, scale: 'log' }),
})

/**
 * A linear autoencoder trained with dropout on its input, with a loss of the dropped items alone, in the limit of
 * infinitely many epochs: EASE with Λ = p / (1 − p) · diag(XᵀX) + λI.
 */
export const edlae = defineModel({
  kind: 'direct',
  name: 'edlae',
  hyperparameters,
  solve: (data, { positiveThreshold, dropout, regularization }) =>
    solveItemRegression(data, positiveThreshold, edlaePenalty(dropout, regularization)),
  open: openItemRegression,
})

/** Λ of an item with `count` positives. */
export function edlaePenalty(dropout: number, regularization: number): (count: number) => number {
  return (count) => (dropout / (1 - dropout)) * count + regularization
}
