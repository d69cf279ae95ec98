import { describe, expect, test } from 'vitest'
import type { FeedbackEvent } from '../../src/experiments/feedback.ts'
import { createPostgresFeedback } from '../../src/experiments/postgres-feedback.ts'
import { createTestDatabase } from '../db/test-database.ts'

const database = await createTestDatabase()
const save = createPostgresFeedback(database)
const click = (change: Partial<FeedbackEvent> = {}): FeedbackEvent => ({
  type: 'click',
  requestId: 'r1',
  itemId: 'i1',
  value: 1,
  at: 1_700_000_000_000,
  ...change,
})

describe('feedback', () => {
  test('of one response is one event for each item and type, however often it is sent, and deliveries are counted', async () => {
    expect(await save([click(), click(), click({ itemId: 'i2' })])).toEqual({ accepted: 2, duplicates: 1 })
    expect(await save([click(), click({ type: 'purchase' })])).toEqual({ accepted: 1, duplicates: 1 })
    const rows = await database.sql`select type, item_id, deliveries from feedback order by type, item_id`
    expect(rows.map(({ type, item_id, deliveries }) => [type, item_id, deliveries])).toEqual([
      ['click', 'i1', 3],
      ['click', 'i2', 1],
      ['purchase', 'i1', 1],
    ])
  })

  test('by user and item may come again, unless the sender names the event', async () => {
    const { requestId: _, ...byUser } = click({ userId: 'ada' })
    expect(await save([byUser, byUser])).toEqual({ accepted: 2, duplicates: 0 })
    const named = { ...byUser, eventId: 'e1' }
    expect(await save([named])).toEqual({ accepted: 1, duplicates: 0 })
    expect(await save([named])).toEqual({ accepted: 0, duplicates: 1 })
  })

  test.each([null, ''])('without a request and with the user %j is refused by the table', async (user) => {
    const statement = database.sql`
      insert into feedback (id, type, user_id, value, at) values ('nothing', 'click', ${user}, 1, now())`
    await expect(statement).rejects.toMatchObject({ constraint_name: 'feedback_belongs_to_something' })
  })
})
