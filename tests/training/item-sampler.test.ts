import { expect, test } from 'vitest'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { createItemSampler } from '../../src/training/item-sampler.ts'
import { matrixOf } from '../models/worlds.ts'

/** Items 0 to 5 have 6, 5, 4, 3, 2 and 1 users. */
const examples = matrixOf(6, 6, (user, item) => (user >= item ? 1 : undefined))
/** Users with the items 0 and 1, and 1 and 3. */
const batch = matrixOf(2, 6, (user, item) =>
  [
    [0, 1],
    [1, 3],
  ][user]!.includes(item)
    ? 1
    : undefined,
)
const logits = [0.3, -1, 2, 0.5, 1.5, -0.2]

test('the sums over all samples, by their probabilities, are the normalizer and its gradient', () => {
  const draws = 2
  const sample = createItemSampler(examples, draws, 1)
  const weights = [6, 5, 4, 3, 2, 1].map((users) => Math.sqrt(users + 1))
  const q = weights.map((weight) => weight / weights.reduce((sum, one) => sum + one, 0))
  /** The estimate of each term e^logit after the draws a, b, as the sampler corrects it. */
  const estimates = new Map<string, number[]>()
  const counts = new Map<string, number>()
  const steps = 1000
  for (let step = 0; step < steps; step++) {
    const { indices, batchItems, negatives, corrections } = sample(batch, step)
    expect([...batchItems]).toEqual([0, 1, 3])
    expect([...indices]).toEqual([0, 1, 1, 2])
    const terms = logits.map((logit, item) => (batchItems.includes(item) ? Math.exp(logit) : 0))
    negatives.forEach((item, n) => {
      terms[item] = Math.exp(logits[item]! + corrections[n]!)
    })
    const outcome = `${[...negatives]}`
    // one negative is either drawn twice or together with an item of the batch
    const key = negatives.length === 1 ? `${outcome}, ${terms[negatives[0]!]!.toFixed(3)}` : outcome
    estimates.set(key, terms)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const probabilities = new Map<string, number>()
  for (let a = 0; a < 6; a++)
    for (let b = 0; b < 6; b++) {
      const outside = [a, b].filter((item) => ![0, 1, 3].includes(item)).sort()
      const distinct = [...new Set(outside)]
      const term = Math.exp(logits[outside[0]!]!) * (outside.length / (draws * q[outside[0]!]!))
      const key = distinct.length === 1 ? `${distinct}, ${term.toFixed(3)}` : `${distinct}`
      probabilities.set(key, (probabilities.get(key) ?? 0) + q[a]! * q[b]!)
    }
  expect([...estimates.keys()].sort()).toEqual([...probabilities.keys()].sort())
  for (const [key, count] of counts) expect(count / steps).toBeCloseTo(probabilities.get(key)!, 1)
  // ∂ e^logit / ∂ logit is e^logit, so the terms are the gradient, and their sum is the normalizer
  for (const item of logits.keys()) {
    let mean = 0
    for (const [key, terms] of estimates) mean += probabilities.get(key)! * terms[item]!
    expect(mean).toBeCloseTo(Math.exp(logits[item]!), 5)
  }
})

test('a batch without positives has one item all the same', () => {
  const sample = createItemSampler(examples, 3, 1)
  const { indices, batchItems, negatives } = sample(
    matrixOf(2, 6, () => undefined),
    0,
  )
  expect(indices).toHaveLength(0)
  expect([...batchItems]).toEqual([0])
  expect(negatives).not.toContain(0)
})

test('the sample depends on seed and step alone', () => {
  const draw = (seed: number, step: number) => {
    const sample = createItemSampler(examples, 3, seed)
    // an earlier batch leaves no trace
    sample(examples as CsrMatrix, 7)
    return sample(batch, step)
  }
  expect(draw(1, 4)).toEqual(draw(1, 4))
  const others = Array.from({ length: 5 }, (_, n) => draw(2, n))
  expect(others.some(({ negatives }) => `${negatives}` !== `${draw(1, 4).negatives}`)).toBe(true)
  expect(draw(1, 4).negatives.every((item) => [2, 4, 5].includes(item))).toBe(true)
})
