import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  eventKinds,
  starWeights,
  strengthOf,
  strengthSql,
  strengthsInWords,
} from '../../src/config/event-kinds.ts'

test('the strongest kinds are stated opinions, the weakest a view', () => {
  expect(strengthsInWords()).toBe('rating, like, dislike before purchase before view')
  expect(strengthSql('kind')).toBe(
    `(case kind ${eventKinds.map((kind) => `when '${kind}' then ${strengthOf(kind)}`).join(' ')} end)`,
  )
})

test('every kind but a rating has a value on the scale of five stars, as documented', () => {
  expect(starWeights).toEqual({ like: 5, dislike: 1, purchase: 4, view: 3 })
  const documented = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
  for (const [kind, weight] of Object.entries(starWeights)) expect(documented).toContain(`${kind}=${weight}`)
})
