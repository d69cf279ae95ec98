import type { Database } from '../db/database.ts'
import { type FeedbackEvent, identityOf, type SaveFeedback } from './feedback.ts'

export function createPostgresFeedback({ sql }: Pick<Database, 'sql'>): SaveFeedback {
  return async (events) => {
    const rows = [...merged(events).values()]
    const [counts] = await sql<[{ accepted: number }]>`
      with saved as (
        insert into feedback (id, type, request_id, user_id, item_id, value, at, deliveries)
        select id, type, "requestId", coalesce("userId", ''), "itemId", value, to_timestamp(at / 1000.0), deliveries
        from json_to_recordset(${sql.json(rows as never)}::json) as f (
          id text, type text, "requestId" text, "userId" text, "itemId" text, value float8, at float8, deliveries int
        )
        order by id
        -- by name: its columns differ in a distributed database
        on conflict on constraint feedback_pkey do update set deliveries = feedback.deliveries + excluded.deliveries
        -- xmax is zero for a new row
        returning xmax = 0 as inserted
      )
      select count(*) filter (where inserted)::int as accepted from saved`
    return { accepted: counts.accepted, duplicates: events.length - counts.accepted }
  }
}

/** Merges duplicates within a request: an upsert cannot touch a row twice. */
function merged(events: readonly FeedbackEvent[]) {
  const rows = new Map<string, FeedbackEvent & { readonly id: string; readonly deliveries: number }>()
  for (const event of events) {
    const id = identityOf(event)
    const before = rows.get(id)
    rows.set(id, before ? { ...before, deliveries: before.deliveries + 1 } : { ...event, id, deliveries: 1 })
  }
  return rows
}
