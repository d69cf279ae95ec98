import { describe, expect, test } from 'vitest'
import { createPlantedWorld } from '../../src/ratings/planted-world.ts'

const options = { users: 200, items: 150, ratingsPerUser: 40, seed: 7 }
const world = createPlantedWorld(options)
const ratings = [...world.ratings()]
const numberOf = (id: string) => Number(id.slice(1)) - 1

describe('the planted world', () => {
  test('is the same for the same seed and another for another', () => {
    expect([...createPlantedWorld(options).ratings()]).toEqual(ratings)
    expect([...createPlantedWorld({ ...options, seed: 8 }).ratings()]).not.toEqual(ratings)
  })

  test('rates each pair at most once, in whole stars from 1 to 5, by users and items it has', () => {
    expect(new Set(ratings.map(({ userId, itemId }) => `${userId} ${itemId}`)).size).toBe(ratings.length)
    expect(new Set(ratings.map(({ value }) => value))).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(new Set(ratings.map(({ userId }) => userId)).size).toBe(options.users)
    const itemIds = new Set(world.items.map(({ id }) => id))
    expect(ratings.every(({ itemId }) => itemIds.has(itemId))).toBe(true)
  })

  test('has about the requested activity', () => {
    expect(ratings.length / options.users).toBeGreaterThan(30)
    expect(ratings.length / options.users).toBeLessThan(50)
  })

  test('rates as its own truth says, up to noise, clipping and rounding', () => {
    const error = ratings.map(
      ({ userId, itemId, value }) =>
        value - Math.min(5, Math.max(1, world.expectedRating(numberOf(userId), numberOf(itemId)))),
    )
    const rmse = Math.sqrt(error.reduce((sum, e) => sum + e * e, 0) / error.length)
    expect(rmse).toBeGreaterThan(0.5)
    expect(rmse).toBeLessThan(0.9)
  })

  test('is missing not at random: users prefer the items that they rate', () => {
    const rated = new Set(ratings.map(({ userId, itemId }) => `${numberOf(userId)} ${numberOf(itemId)}`))
    let [ratedSum, leftSum] = [0, 0]
    for (let user = 0; user < options.users; user++)
      for (let item = 0; item < options.items; item++)
        if (rated.has(`${user} ${item}`)) ratedSum += world.expectedRating(user, item)
        else leftSum += world.expectedRating(user, item)
    const left = leftSum / (options.users * options.items - rated.size)
    expect(ratedSum / rated.size - left).toBeGreaterThan(0.3)
  })
})
