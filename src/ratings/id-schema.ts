import { z } from 'zod'

/**
 * Text of 1 to `maxLength` characters. PostgreSQL cannot store U+0000 or an unpaired surrogate, and its indexes limit
 * the length.
 */
export function shortText(maxLength: number) {
  return z
    .string()
    .regex(
      new RegExp(`^[^\\0\\p{Surrogate}]{1,${maxLength}}$`, 'u'),
      `must have 1 to ${maxLength} characters, none of them U+0000`,
    )
    .meta({ minLength: 1, maxLength })
}

/** The id of a user or an item. */
export const idSchema = shortText(256)
