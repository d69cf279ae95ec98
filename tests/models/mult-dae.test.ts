import { describe, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'
import { multDae } from '../../src/models/mult-dae.ts'
import { createRandom } from '../../src/random/random.ts'
import {
  type Matrix,
  multinomialNllOfRow,
  multiply,
  randomSparse,
  toDense,
  toRows,
} from '../compute/reference.ts'
import { corrupted, evaluateObjective, expectFormula, moved } from './evaluate-objective.ts'

await useBackend('cpu')

const [users, items, hidden, latent] = [4, 7, 3, 2]
const sizes = { 'encoder.0': hidden, 'encoder.1': latent, 'decoder.0': hidden, 'decoder.1': items }

describe('the objective of Mult-DAE', () => {
  const objective = multDae.objective(
    randomSparse(users, items, 0.7, createRandom('mult-dae')),
    multDae.hyperparameters.parse({ hidden: [hidden], latent, regularization: 0.02, positiveThreshold: 3 }),
  )
  const weights = moved(objective.initialize(createRandom('weights')))
  const examples = corrupted(objective)

  test('and its gradient are those of the formula in double precision', () => {
    const [input, target] = [toDense(examples.input), toDense(examples.target)]
    expectFormula(evaluateObjective(objective, examples, weights), weights, (numbers) =>
      regularizedNll(input, target, numbers),
    )
  })
})

/** Σ_u −log p(x_u | z_u) + λ Σ ‖W‖² for each user, without the biases. */
function regularizedNll(input: Matrix, target: Matrix, weights: Record<string, ArrayLike<number>>): number {
  let x = input
  let penalty = 0
  for (const [name, size] of Object.entries(sizes)) {
    const matrix = toRows(weights[`${name}.weight`]!, size)
    penalty += matrix.flat().reduce((sum, value) => sum + value * value, 0)
    const image = multiply(x, matrix).map((row) =>
      row.map((value, n) => value + weights[`${name}.bias`]![n]!),
    )
    x = name === 'decoder.1' ? image : image.map((row) => row.map(Math.tanh))
  }
  return x.reduce((sum, row, user) => sum + multinomialNllOfRow(row, target[user]!), 0.02 * users * penalty)
}
