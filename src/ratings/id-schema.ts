import { z } from 'zod'
import { flawOfId, maxIdLength, maxStoredIdLength } from './limits.ts'

/** Text of 1 to `maxLength` characters. PostgreSQL cannot store U+0000 or an unpaired surrogate. */
export function shortText(maxLength: number) {
  return z
    .string()
    .regex(new RegExp(`^[^\\0\\p{Surrogate}]{1,${maxLength}}$`, 'u'), {
      error: `must have 1 to ${maxLength} characters, none of them U+0000`,
      abort: true,
    })
    .meta({ minLength: 1, maxLength })
}

/** The id of a user or an item. */
export const idSchema = shortText(maxIdLength).refine((id) => flawOfId(id) === undefined, {
  error: ({ input }) => flawOfId(String(input)) ?? 'is no id',
})

/** An id that may be stored already, also by SQL, where `idSchema` is not required. */
export const storedIdSchema = shortText(maxStoredIdLength)
