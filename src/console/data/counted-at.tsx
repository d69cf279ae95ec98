/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Time } from '../time.tsx'

/** When the ratings of a page were counted. */
export function CountedAt({ time }: { time: Date | null }) {
  return (
    <p class="note">
      {time === null ? (
        'The ratings are being counted: reload the page in some seconds.'
      ) : (
        <>
          Counted <Time at={time} />.
        </>
      )}
    </p>
  )
}
