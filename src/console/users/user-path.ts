import { storedIdSchema } from '../../ratings/id-schema.ts'
import { InvalidFormError } from '../form.ts'

/** The page of a user, relative to the console; in a query, ids such as `..` and `a/b` reach the service as they are. */
export function userPath(userId: string): string {
  return `users/user?${new URLSearchParams({ id: userId })}`
}

/**
 * The id of a user or an item that a request names.
 *
 * @throws InvalidFormError
 */
export function requireId(text: unknown): string {
  const parsed = storedIdSchema.safeParse(text ?? '')
  if (parsed.success) return parsed.data
  throw new InvalidFormError(`The id ${parsed.error.issues[0]!.message}.`)
}
