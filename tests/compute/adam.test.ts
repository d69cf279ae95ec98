import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { type AdamState, disposeAdam, initializeAdam, updateAdam } from '../../src/compute/adam.ts'
import { takeSlices } from '../../src/compute/slices.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from './each-backend.ts'
import { largestError, randomValues } from './reference.ts'

const shapes: Readonly<Record<string, number[]>> = { weight: [13, 7], bias: [7], single: [1] }

describeEachBackend('Adam', () => {
  test('makes the steps that tfjs makes, up to rounding', async () => {
    const ours = parameters()
    const theirs = parameters()
    const state = initializeAdam(ours)
    const optimizer = tf.train.adam(0.01)
    for (let step = 0; step < 20; step++) {
      const gradients = gradientsOf(step)
      updateAdam(ours, gradients, state, 0.01)
      optimizer.applyGradients(
        Object.entries(theirs).map(([name, { name: id }]) => ({ name: id, tensor: gradients[name]! })),
      )
      tf.dispose(gradients)
    }
    for (const name of Object.keys(shapes))
      expect(largestError(await ours[name]!.data(), await theirs[name]!.data())).toBeLessThan(1e-5)
  })

  test('makes the steps of the formula', async () => {
    const at = { x: tf.variable(tf.tensor1d([1, -2])) }
    const state = initializeAdam(at)
    const [m, v, x] = [
      [0, 0],
      [0, 0],
      [1, -2],
    ]
    for (let t = 1; t <= 5; t++) {
      const g = [0.5 * t, -3]
      const rate = 0.1 / t
      updateAdam(at, { x: tf.tensor1d(g) }, state, rate)
      for (const n of [0, 1]) {
        m[n] = 0.9 * m[n]! + 0.1 * g[n]!
        v[n] = 0.999 * v[n]! + 0.001 * g[n]! ** 2
        x[n]! -= (rate * (m[n]! / (1 - 0.9 ** t))) / (Math.sqrt(v[n]! / (1 - 0.999 ** t)) + 1e-7)
      }
      expect(largestError(await at.x.data(), x)).toBeLessThan(1e-6)
    }
  })

  test('pulls toward zero by the decay as by the gradient of its penalty', async () => {
    const [pulled, told] = [parameters(), parameters()]
    const [state, toldState] = [initializeAdam(pulled), initializeAdam(told)]
    for (let step = 0; step < 4; step++) {
      const gradients = gradientsOf(step)
      updateAdam(pulled, gradients, state, 0.01, { weight: 0.3 })
      const weight = tf.tidy(() => tf.add(gradients.weight!, tf.mul(told.weight!, 0.3)))
      updateAdam(told, { ...gradients, weight }, toldState, 0.01)
      tf.dispose([gradients, weight])
    }
    for (const name of Object.keys(shapes))
      expect(largestError(await pulled[name]!.data(), await told[name]!.data())).toBeLessThan(1e-5)
  })

  test('goes on exactly from a state that was read out and put back', async () => {
    const straight = parameters()
    const state = initializeAdam(straight)
    for (let step = 0; step < 3; step++) updateAdam(straight, gradientsOf(step), state, 0.01)
    const resumed = await copyOf(straight)
    const restored: AdamState = {
      steps: { ...state.steps },
      mean: await copyOf(state.mean),
      variance: await copyOf(state.variance),
    }
    for (let step = 3; step < 6; step++) {
      updateAdam(straight, gradientsOf(step), state, 0.01)
      updateAdam(resumed, gradientsOf(step), restored, 0.01)
    }
    for (const name of Object.keys(shapes))
      expect(await resumed[name]!.data()).toEqual(await straight[name]!.data())
  })

  test('is seen by a small product that has met the parameter before', async () => {
    const { weight } = parameters()
    const state = initializeAdam({ weight: weight! })
    const product = () => tf.tidy(() => tf.matMul(tf.ones([2, 13]), weight as tf.Tensor2D)).data()
    const sumsOfColumns = async () => {
      const values = Array.from(await weight!.data())
      return [0, 1].flatMap(() =>
        Array.from({ length: 7 }, (_, c) => values.reduce((sum, v, n) => (n % 7 === c ? sum + v : sum), 0)),
      )
    }
    for (let step = 0; step < 3; step++) {
      expect(largestError(await product(), await sumsOfColumns())).toBeLessThan(1e-5)
      updateAdam({ weight: weight! }, gradientsOf(step), state, 0.1)
    }
  })

  test('changes neither the gradients nor copies of a parameter held elsewhere', async () => {
    const at = parameters()
    const state = initializeAdam(at)
    const kept = at.weight!.clone()
    const before = (await kept.data()).slice()
    const gradients = gradientsOf(1)
    const gradientBefore = (await gradients.weight!.data()).slice()
    updateAdam(at, gradients, state, 0.01)
    expect(await kept.data()).toEqual(before)
    expect(await gradients.weight!.data()).toEqual(gradientBefore)
  })

  const slicesOf: Readonly<Record<string, readonly [axis: number, positions: readonly number[]]>> = {
    rows: [0, [11, 0, 5, 7, 3]],
    columns: [1, [6, 2, 3, 0, 5]],
    bias: [0, [4]],
  }

  test.each(Object.entries(slicesOf))(
    'updates slices by the formula and leaves the others, of %s',
    async (_, [axis, positions]) => {
      const name = axis === 0 && positions.length === 1 ? 'bias' : 'weight'
      const at = { [name]: parameters()[name]! }
      const state = initializeAdam(at)
      const expected = Array.from(await at[name]!.data())
      const [m, v] = [expected.map(() => 0), expected.map(() => 0)]
      const columns = at[name]!.shape[1] ?? 1
      for (let t = 1; t <= 4; t++) {
        // from the second step on, half of them
        const chosen = t === 1 ? positions : positions.slice(0, Math.ceil(positions.length / 2))
        const places = Array.from(expected.keys()).filter((n) =>
          chosen.includes(axis === 0 ? Math.floor(n / columns) : n % columns),
        )
        const slices = { [name]: { axis, positions: tf.tensor1d([...chosen], 'int32') } }
        const slope = (place: number) => Math.sin(place + t)
        const gradient = takeSlices(
          tf.tensor(
            expected.map((_, place) => slope(place)),
            at[name]!.shape,
          ),
          slices[name]!,
        )
        updateAdam(at, { [name]: gradient }, state, 0.1, { [name]: 0.3 }, slices)
        for (const n of places) {
          const g = slope(n) + 0.3 * expected[n]!
          m[n] = 0.9 * m[n]! + 0.1 * g
          v[n] = 0.999 * v[n]! + 0.001 * g ** 2
          expected[n]! -= (0.1 * (m[n]! / (1 - 0.9 ** t))) / (Math.sqrt(v[n]! / (1 - 0.999 ** t)) + 1e-7)
        }
        expect(largestError(await at[name]!.data(), expected)).toBeLessThan(1e-5)
      }
      expect(largestError(await state.mean[name]!.data(), m)).toBeLessThan(1e-5)
      expect(largestError(await state.variance[name]!.data(), v)).toBeLessThan(1e-5)
    },
  )

  test('updates all slices as it updates the parameter, without changing copies of it', async () => {
    const [whole, sliced] = [parameters(), parameters()]
    const [state, slicedState] = [initializeAdam(whole), initializeAdam(sliced)]
    const slices = {
      weight: { axis: 1, positions: tf.range(0, 7, 1, 'int32') },
      bias: { axis: 0, positions: tf.range(0, 7, 1, 'int32') },
    }
    for (let step = 0; step < 3; step++) {
      const kept = sliced.weight!.clone()
      const before = (await kept.data()).slice()
      updateAdam(whole, gradientsOf(step), state, 0.01)
      updateAdam(sliced, gradientsOf(step), slicedState, 0.01, {}, slices)
      expect(await kept.data()).toEqual(before)
      kept.dispose()
    }
    for (const name of Object.keys(shapes))
      expect(largestError(await sliced[name]!.data(), await whole[name]!.data())).toBeLessThan(1e-6)
  })

  test('refuses a gradient of the parameter where its slices are updated', () => {
    const at = parameters()
    const slices = { weight: { axis: 1, positions: tf.tensor1d([1, 2], 'int32') } }
    expect(() => updateAdam(at, gradientsOf(0), initializeAdam(at), 0.01, {}, slices)).toThrow(
      "'weight' of shape [13,7] needs a gradient of shape [13,2], not [13,7]",
    )
  })

  test('keeps the number of tensors', () => {
    const before = tf.memory().numTensors
    const at = parameters()
    const state = initializeAdam(at)
    const gradients = gradientsOf(0)
    const during = tf.memory().numTensors
    for (let step = 0; step < 4; step++) updateAdam(at, gradients, state, 0.01)
    expect(tf.memory().numTensors).toBe(during)
    disposeAdam(state)
    tf.dispose([at, gradients])
    expect(tf.memory().numTensors).toBe(before)
  })

  test('refuses a parameter without a gradient of its shape', () => {
    const at = parameters()
    const state = initializeAdam(at)
    expect(() => updateAdam(at, {}, state, 0.01)).toThrow("'weight' of shape [13,7]")
  })
})

function parameters(): Record<string, tf.Variable> {
  const random = createRandom('parameters')
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        tf.variable(tf.tensor(randomValues(tf.util.sizeFromShape(shape), random), shape)),
      ]),
    ),
  )
}

function gradientsOf(step: number): Record<string, tf.Tensor> {
  const random = createRandom('gradients', step)
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      tf.tensor(randomValues(tf.util.sizeFromShape(shape), random), shape),
    ]),
  )
}

async function copyOf(
  variables: Readonly<Record<string, tf.Variable>>,
): Promise<Record<string, tf.Variable>> {
  const copies: Record<string, tf.Variable> = {}
  for (const [name, variable] of Object.entries(variables))
    copies[name] = tf.variable(tf.tensor((await variable.data()).slice(), variable.shape))
  return copies
}
