import { describe, expect, test } from 'vitest'
import { findModel, models } from '../../src/models/models.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { popularity } from '../../src/models/popularity.ts'
import { createRandom } from '../../src/random/random.ts'
import { hyperparametersAt, pointOf, searchSpaceOf } from '../../src/tuning/search-space.ts'
import { suggestRandomly } from '../../src/tuning/suggest.ts'
import { lowRankPicks } from '../models/worlds.ts'

// popularity has no hyperparameters
const searchable = models.filter(({ name }) => name !== 'popularity')
const data = lowRankPicks(20, 10, 4, 1).train

describe('a search space', () => {
  test.each(searchable.map((model) => ({ model, name: model.name })))(
    'of $name has valid hyperparameters at every point',
    ({ model }) => {
      const space = searchSpaceOf(model)
      const corners = [0, 1].map((end) =>
        space.map((dimension) => (dimension.kind === 'choice' ? end * (dimension.choices.length - 1) : end)),
      )
      const random = createRandom(1)
      const inside = Array.from({ length: 50 }, () => suggestRandomly(space, random))
      for (const point of [...corners, ...inside])
        expect(() => model.resolve(hyperparametersAt(space, point), data)).not.toThrow()
    },
  )

  test('interpolates logarithmic ranges geometrically and linear ones arithmetically, and rounds integers', () => {
    const space = searchSpaceOf(multVae)
    const middle = space.map((dimension) => (dimension.kind === 'choice' ? 1 : 0.5))
    expect(hyperparametersAt(space, middle)).toMatchObject({
      learningRate: 1e-3,
      maxBeta: 0.4,
      latent: 141,
      hidden: [300],
    })
  })

  test('of a blend is that of its parts, without what is set', () => {
    const namesOf = (fixed: object) => searchSpaceOf(findModel('blend'), fixed).map(({ name }) => name)
    const parts = ['ease', { model: 'item-knn', hyperparameters: { neighbors: 20 } }, 'popularity']
    expect(namesOf({ parts })).toEqual(['parts.0.regularization', 'parts.1.shrinkage'])
    expect(namesOf({ parts, 'parts.0.regularization': 5 })).toEqual(['parts.1.shrinkage'])
    expect(namesOf({})).toContain('parts.0.latent')
  })

  test('recovers the point of hyperparameters', () => {
    const space = searchSpaceOf(multVae)
    const random = createRandom(3)
    for (let n = 0; n < 20; n++) {
      const hyperparameters = hyperparametersAt(space, suggestRandomly(space, random))
      expect(hyperparametersAt(space, pointOf(space, hyperparameters))).toEqual(hyperparameters)
    }
    expect(() => pointOf(space, { hidden: [7] })).toThrow('it must be a number')
  })

  test('excludes fixed hyperparameters, and refuses to be empty', () => {
    const names = searchSpaceOf(multVae, { latent: 64, hidden: [] }).map(({ name }) => name)
    expect(names).toContain('maxBeta')
    expect(names).not.toContain('latent')
    expect(names).not.toContain('epochs')
    expect(() => searchSpaceOf(popularity)).toThrow('popularity has no hyperparameter to search')
  })
})
