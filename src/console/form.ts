import { z } from 'zod'
import { maxReasonLength } from './change-form.tsx'
import type { ConsoleContext } from './visitor.ts'

/** A form lacks a field, or a field is invalid. */
export class InvalidFormError extends Error {
  override readonly name = 'InvalidFormError'
}

/**
 * The fields of a form that changes something.
 *
 * @throws InvalidFormError
 */
export async function readForm<T extends z.ZodRawShape>(c: ConsoleContext, fields: T) {
  const parsed = z.object(fields).safeParse(await c.req.parseBody())
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InvalidFormError(`The field ${issue!.path.join('.')} of the form is invalid: ${issue!.message}.`)
}

export const reasonField = z
  .string()
  .trim()
  .min(1, 'a reason is required')
  .max(maxReasonLength, `at most ${maxReasonLength} characters`)
  .refine((text) => !text.includes('\0'), 'it has a null character')

/** The author of a change, for its record. */
export function authorOf(c: ConsoleContext): string {
  const { name, isSignedIn } = c.get('visitor')
  return isSignedIn ? `${name} (console)` : name
}
