import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  eventKinds,
  parseKindNames,
  parseWeights,
  starWeights,
  strengthOf,
  strengthSql,
  strengthsInWords,
} from '../../src/config/event-kinds.ts'

test('the strongest kinds are stated opinions, the weakest a view', () => {
  expect(strengthsInWords()).toBe('rating, like, dislike before purchase before cart before view')
  expect(strengthSql('kind')).toBe(
    `(case kind ${eventKinds.map((kind) => `when '${kind}' then ${strengthOf(kind)}`).join(' ')} else 1 end)`,
  )
})

test('every kind but a rating has a value on the scale of five stars, as documented', () => {
  expect(starWeights).toEqual({ like: 5, dislike: 1, purchase: 4, cart: 3.5, view: 3 })
  const documented = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  for (const [kind, weight] of Object.entries(starWeights)) expect(documented).toContain(`${kind}=${weight}`)
})

test('a kind of its own is as strong as a cart, and has a weight', () => {
  expect(strengthOf('save')).toBe(strengthOf('cart'))
  expect(strengthOf('toString')).toBe(strengthOf('cart'))
  expect(parseWeights('view=2, save=3.5,hide=-1')).toEqual({ view: 2, save: 3.5, hide: -1 })
  for (const text of ['rating=3', 'Save=3', 'save', 'save=x', '']) expect(parseWeights(text)).toBeUndefined()
})

test('names of kinds may contain any text', () => {
  expect(parseKindNames('addtocart=cart,1=view,a=b=save:-2.5')).toEqual({
    addtocart: { kind: 'cart' },
    1: { kind: 'view' },
    'a=b': { kind: 'save', weight: -2.5 },
  })
  for (const text of ['', 'cart', 'a=Cart', 'a=save:x', 'a=']) expect(parseKindNames(text)).toBeUndefined()
})
