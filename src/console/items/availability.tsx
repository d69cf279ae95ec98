/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { AvailabilityLimits } from '../../ratings/available-items.ts'
import { Time } from '../time.tsx'

type Limits = Omit<AvailabilityLimits, 'id'>

/** Whether an item may be recommended: yes, or why not. */
export function Availability({
  item: { hidden, availableFrom, availableUntil },
  now,
}: {
  item: Limits
  now: Date
}) {
  if (hidden) return <>hidden</>
  if (availableFrom && now < availableFrom)
    return (
      <>
        from <Time at={availableFrom} />
      </>
    )
  if (availableUntil === null) return <>yes</>
  return (
    <>
      {now < availableUntil ? 'until' : 'no, since'} <Time at={availableUntil} />
    </>
  )
}
