import { expect, test } from 'vitest'
import { type ExpectedCost, expectCost } from '../../src/training/expected-cost.ts'

/** Reports after `updates` of [seconds since the start, share done]. */
function reportsOf(updates: readonly (readonly [number, number])[]): ExpectedCost[] {
  const reported: ExpectedCost[] = []
  let time = 100
  const update = expectCost(
    'mult-vae',
    (cost) => reported.push(cost),
    () => time,
  )
  for (const [seconds, share] of updates) {
    time = 100 + seconds
    update(share)
  }
  return reported
}

test('the cost follows from the rate of a second after the first update, and is reported once', () => {
  // 5 s of preparation and first update, then 1 % in 2 s: 5 + 2 + 98 % at that rate
  const [cost, ...others] = reportsOf([
    [5, 0.01],
    [5.5, 0.0125],
    [7, 0.02],
    [9, 0.04],
  ])
  expect(cost).toMatchObject({ model: 'mult-vae', seconds: expect.closeTo(7 + 196, 6) })
  expect(cost!.bytes).toBeGreaterThan(50e6)
  expect(cost!.bytes).toBeLessThan(50e9)
  expect(others).toEqual([])
})

test('a resumed training is expected to take what remains', () => {
  const [cost] = reportsOf([
    [0, 0.5],
    [1, 0.55],
  ])
  expect(cost!.seconds).toBeCloseTo(1 + 9, 6)
})

test('nothing is reported of a training that is shorter than the measurement', () => {
  expect(
    reportsOf([
      [0.1, 0.2],
      [0.9, 1],
    ]),
  ).toEqual([])
})
