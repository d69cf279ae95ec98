import { expect, test } from 'vitest'
import { entryRows } from '../../../src/interactions/csr/csr-matrix.ts'
import { parseRetrainingConfig } from '../../../src/retraining/config.ts'
import { checkUsers } from '../../../src/retraining/data/anomalous-users.ts'
import { attacked, realRatings, target } from '../../anomalies/planted-attack.ts'

const ratings = attacked({ type: 'average' })
const timed = { ...ratings, times: Float64Array.from(entryRows(ratings.matrix)) }
const isFake = (id: string) => id.startsWith('fake')

test('anomalous users are reported and kept by default', () => {
  const { anomalies } = parseRetrainingConfig({}, 'defaults').checks
  const { ratings: used, check } = checkUsers(timed, anomalies)
  expect(used).toBe(timed)
  expect(check.passed).toBe(true)
  expect(check.finding).toMatch(
    new RegExp(
      `^\\d\\d of 824 users .* \\d\\d of them gave item ${ratings.items.idOf(target)} the highest rating; .* are used`,
    ),
  )
  // reports outlive the erasure of a user
  expect(check.finding).not.toContain('fake')
})

test('with quarantine their ratings and times are left out', () => {
  const { ratings: used, check } = checkUsers(timed, { threshold: 8, quarantine: true })
  expect(used.users.ids.filter(isFake).length).toBeLessThanOrEqual(0.25 * 24)
  expect(used.users.ids.filter((id) => !isFake(id)).length).toBeGreaterThan(0.99 * realRatings.users.size)
  expect(used.items).toBe(ratings.items)
  expect(check.finding).toContain('left out')
  // each time is the number of its user before
  const users = entryRows(used.matrix)
  expect([...used.times!].every((time, n) => timed.users.idOf(time) === used.users.idOf(users[n]!))).toBe(
    true,
  )
})
