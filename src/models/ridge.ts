// Linear autoencoders in closed form: one ridge regression, and the published models that are settings of it.
import { z } from 'zod'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { defineModel } from './define-model.ts'
import { itemRegressionNetwork } from './feed-forward.ts'
import { positiveThreshold, searchRanges } from './hyperparameters.ts'
import { openItemRegression, type RidgeSettings, solveItemRegression } from './item-item-regression.ts'
import type { SolveContext } from './model.ts'

/** Each with its default. */
const settings = {
  regularization: (value: number) =>
    z
      .number()
      .positive()
      .default(value)
      .describe('λ, in users')
      .register(searchRanges, { from: 10, to: 5000, scale: 'log' }),
  dropout: (value: number) =>
    z
      .number()
      .min(0)
      .lt(1)
      .default(value)
      .describe('p, the share of the input that is dropped')
      .register(searchRanges, { from: 0, to: 0.9, scale: 'linear' }),
  relaxation: (value: number) =>
    z
      .number()
      .min(0)
      .max(1)
      .default(value)
      .describe('ξ, up to which an item may predict itself: 0 for not at all, 1 for no limit')
      .register(searchRanges, { from: 0, to: 1, scale: 'linear' }),
  userExponent: (value: number) =>
    z
      .number()
      .min(0)
      .max(1)
      .default(value)
      .describe('β: a user with n positives has the weight n^−β')
      .register(searchRanges, { from: 0, to: 0.6, scale: 'linear' }),
  itemExponent: (value: number) =>
    z
      .number()
      .min(0)
      .max(1)
      .default(value)
      .describe(
        'α: the weight from item i to item j is multiplied by (n_i / n_j)^α, for n_i and n_j positives',
      )
      .register(searchRanges, { from: 0, to: 0.5, scale: 'linear' }),
}

const off = { dropout: 0, relaxation: 0, userExponent: 0, itemExponent: 0 }

/** What all have in common: a setting that a model leaves out is off. */
const closedForm = {
  kind: 'direct',
  solve: (data: CsrMatrix, given: Partial<RidgeSettings> & BaseSettings, context: SolveContext) =>
    solveItemRegression(data, { ...off, ...given }, context),
  open: openItemRegression,
  feedForward: itemRegressionNetwork,
} as const

type BaseSettings = Pick<RidgeSettings, 'positiveThreshold' | 'regularization'>

/** EASE: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019. */
export const ease = defineModel({
  ...closedForm,
  name: 'ease',
  mainHyperparameters: ['regularization'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    // by the validation users of MovieLens 1M; the paper uses 500 for MovieLens 20M
    regularization: settings.regularization(700),
  }),
})

/**
 * EDLAE: Steck, "Autoencoders that don't overfit toward the identity", NeurIPS 2020: a linear autoencoder trained with
 * dropout on its input, with a loss of the dropped items alone, in the limit of infinitely many epochs.
 */
export const edlae = defineModel({
  ...closedForm,
  name: 'edlae',
  mainHyperparameters: ['regularization', 'dropout'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    regularization: settings.regularization(300),
    dropout: settings.dropout(0.5),
  }),
})

/** DLAE, from the same paper: with a loss of all items, so that an item also predicts itself. */
export const dlae = defineModel({
  ...closedForm,
  name: 'dlae',
  mainHyperparameters: ['regularization', 'dropout'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    regularization: settings.regularization(300),
    dropout: settings.dropout(0.5),
  }),
  solve: (data, given, context) => closedForm.solve(data, { ...given, relaxation: 1 }, context),
})

/**
 * RDLAE: Moon, Kim and Lee, "It's enough: relaxing diagonal constraints in linear autoencoders for recommendation",
 * SIGIR 2023. Without dropout it is their RLAE.
 */
export const rdlae = defineModel({
  ...closedForm,
  name: 'rdlae',
  mainHyperparameters: ['regularization', 'dropout', 'relaxation'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    regularization: settings.regularization(300),
    dropout: settings.dropout(0.5),
    relaxation: settings.relaxation(0.3),
  }),
})

/** DAN: Park et al., SIGIR 2025: EDLAE with weights by the activity of users and the popularity of items. */
export const dan = defineModel({
  ...closedForm,
  name: 'dan',
  mainHyperparameters: ['regularization', 'dropout', 'userExponent', 'itemExponent'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    regularization: settings.regularization(150),
    dropout: settings.dropout(0.5),
    userExponent: settings.userExponent(0.1),
    itemExponent: settings.itemExponent(0.1),
  }),
})

/** All settings at once, with the best found by the validation users of MovieLens 1M. */
export const ridge = defineModel({
  ...closedForm,
  name: 'ridge',
  mainHyperparameters: ['regularization', 'dropout', 'userExponent', 'itemExponent'],
  hyperparameters: z.strictObject({
    positiveThreshold,
    regularization: settings.regularization(200),
    dropout: settings.dropout(0.5),
    relaxation: settings.relaxation(0.3),
    userExponent: settings.userExponent(0.1),
    itemExponent: settings.itemExponent(0.1),
  }),
})
