import { describe, expect, test } from 'vitest'
import { hashHoldout, randomHoldout } from '../../src/splits/random-holdout.ts'
import type { Split } from '../../src/splits/split.ts'
import { listOf, plainFnv1a, world } from './world.ts'

const all = listOf(world.matrix, world.users.ids, world.items)
const listsOf = ({ train, users, items, validation, test }: Split) =>
  [train, validation.targets, test.targets].map((matrix) => listOf(matrix, users.ids, items))

describe.each([
  ['randomHoldout', randomHoldout(world, 1)],
  ['hashHoldout', hashHoldout(world)],
] as const)('%s', (_name, split) => {
  test('puts every rating in exactly one part', () => {
    expect(listsOf(split).flat().toSorted()).toEqual(all.toSorted())
  })

  test('has the training ratings as the histories of all users', () => {
    for (const { users, histories, targets } of [split.validation, split.test]) {
      expect(histories).toBe(split.train)
      expect(targets.rows).toBe(world.users.size)
      expect([...users]).toEqual([...world.users.ids.keys()])
    }
  })
})

describe('randomHoldout', () => {
  test('holds out a tenth, and a tenth of the others for validation', () => {
    const sizes = listsOf(randomHoldout(world, 1)).map((list) => list.length)
    const held = Math.round(all.length / 10)
    const tuned = Math.round((all.length - held) / 10)
    expect(sizes).toEqual([all.length - held - tuned, tuned, held])
  })

  test('is the same for the same seed and another for another', () => {
    expect(randomHoldout(world, 1)).toEqual(randomHoldout(world, 1))
    const [a, b] = [1, 2].map((seed) => new Set(listsOf(randomHoldout(world, seed))[2]))
    const common = [...a!].filter((rating) => b!.has(rating)).length
    // Two independent tenths have a hundredth in common.
    expect(common / all.length).toBeGreaterThan(0.005)
    expect(common / all.length).toBeLessThan(0.016)
  })
})

describe('hashHoldout', () => {
  test('goes by FNV-1a of user and item alone', () => {
    const [train, validation, held] = listsOf(hashHoldout(world))
    const bucket = (rating: string) => plainFnv1a(rating.split(' ').slice(0, 2).join(':')) % 10n
    expect(train).toEqual(all.filter((rating) => bucket(rating) > 1n))
    expect(validation).toEqual(all.filter((rating) => bucket(rating) === 1n))
    expect(held).toEqual(all.filter((rating) => bucket(rating) === 0n))
  })
})
