import { expect, test } from 'vitest'
import { compareRefit } from '../../../src/retraining/promote/check-refit.ts'

const config = { metric: 'ndcg@10', margin: 0.1 } as const
const users = 50

/** Each user's list starts with `first`. */
const ranking = (value: number, first: number) => ({
  values: new Map([['ndcg@10' as const, new Float64Array(users).fill(value)]]),
  lists: Array.from({ length: users }, () => Int32Array.from({ length: 10 }, (_, n) => first + n)),
})

const outcome = (refit: ReturnType<typeof ranking>) =>
  Object.fromEntries(compareRefit(ranking(0.4, 0), refit, config).map(({ name, passed }) => [name, passed]))

test.each([
  ['a better metric and like lists', ranking(0.5, 2), { refit: true, 'refit overlap': true }],
  ['a loss within the margin', ranking(0.37, 2), { refit: true, 'refit overlap': true }],
  ['a loss beyond the margin', ranking(0.35, 2), { refit: false, 'refit overlap': true }],
  ['other lists', ranking(0.5, 10), { refit: true, 'refit overlap': false }],
])('a refit with %s', (_, refit, expected) => {
  expect(outcome(refit)).toEqual(expected)
})

test('with few users, a refit that is as good on average passes, whatever its interval', () => {
  const values = (numbers: number[]) => ({
    values: new Map([['ndcg@10' as const, Float64Array.from(numbers)]]),
    lists: numbers.map(() => Int32Array.of(1, 2, 3)),
  })
  const candidate = values([1, 0, 1, 0.9, 0.6])
  const passes = (numbers: number[]) => compareRefit(candidate, values(numbers), config)[0]!.passed
  expect(passes([0.2, 1, 0.7, 1, 0.6])).toBe(true)
  expect(passes([0.2, 0, 0.7, 1, 0.6])).toBe(false)
})
