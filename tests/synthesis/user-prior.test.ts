import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { correlation } from '../../src/statistics/correlation.ts'
import { mean } from '../../src/statistics/mean.ts'
import { fitUserPrior, usersAround } from '../../src/synthesis/user-prior.ts'

// z1 = 2 + e1, z2 = 3 e1 + e2, and the length grows with e2
const random = createRandom('user prior')
const noise = Array.from({ length: 4000 }, () => [random.normal(), random.normal()] as const)
const posteriors = {
  mean: Float32Array.from(noise.flatMap(([a, b]) => [2 + a, 3 * a + b])),
  std: Float32Array.from(noise.flatMap(() => [1, 0.5])),
  lengths: noise.map(([, b]) => Math.round(5 + 20 * Math.exp(b))),
}

describe('fitUserPrior', () => {
  const prior = fitUserPrior(posteriors)
  const drawn = Array.from({ length: 4000 }, () => prior.draw(random))
  const z = (k: number) => drawn.map((user) => user.z[k]!)
  const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2))

  test('has the mean of the posterior means, and their covariance plus the posterior variance', () => {
    expect(mean(z(0))).toBeCloseTo(2, 0)
    expect(mean(z(1))).toBeCloseTo(0, 0)
    expect(variance(z(0)) / (1 + 1)).toBeCloseTo(1, 0)
    expect(variance(z(1)) / (9 + 1 + 0.25)).toBeCloseTo(1, 0)
    expect(correlation(z(0), z(1))).toBeCloseTo(3 / Math.sqrt(2 * 10.25), 1)
  })

  test('draws lengths distributed as the real ones and correlated with the vectors as these', () => {
    const quantiles = (lengths: readonly number[]) =>
      [0.1, 0.5, 0.9].map((share) => lengths.toSorted((a, b) => a - b)[Math.floor(share * lengths.length)]!)
    for (const [n, value] of quantiles(drawn.map(({ length }) => length)).entries())
      expect(value / quantiles(posteriors.lengths)[n]!).toBeCloseTo(1, 0)
    const real = correlation(
      posteriors.lengths.map(Math.log),
      noise.map(([a, b]) => 3 * a + b),
    )
    expect(
      correlation(
        drawn.map(({ length }) => Math.log(length)),
        z(1),
      ),
    ).toBeCloseTo(real, 1)
  })

  test('accepts fewer users than latent units, and refuses a single one', () => {
    const few = { mean: Float32Array.of(1, 2, 3, 4, 5, 6), std: new Float32Array(6), lengths: [4, 9] }
    expect(fitUserPrior(few).draw(random).z.every(Number.isFinite)).toBe(true)
    expect(() => fitUserPrior({ ...few, lengths: [4] })).toThrow('at least two')
  })
})

test('usersAround draws from the posteriors of the given users', () => {
  const prior = usersAround({
    mean: Float32Array.of(10, -10),
    std: Float32Array.of(0.1, 0.2),
    lengths: [20, 200],
  })
  const drawn = Array.from({ length: 1000 }, () => prior.draw(random))
  const [first, second] = [drawn.filter(({ z }) => z[0]! > 0), drawn.filter(({ z }) => z[0]! < 0)]
  expect(first.length).toBeGreaterThan(400)
  expect(Math.max(...first.map(({ z }) => Math.abs(z[0]! - 10)))).toBeLessThan(0.6)
  expect(mean(second.map(({ length }) => length)) / mean(first.map(({ length }) => length))).toBeCloseTo(
    10,
    -1,
  )
})
