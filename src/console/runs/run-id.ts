import type { ConsoleContext } from '../visitor.ts'

/** There is no run with this id. */
export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError'
}

/** Whether a text has the form of the id of a run: a UUID. */
export function isRunId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

/**
 * The id in the path of a request.
 *
 * @throws UnknownRunError
 */
export function runIdIn(c: ConsoleContext): string {
  const id = c.req.param('id') ?? ''
  if (!isRunId(id)) throw new UnknownRunError(`There is no run ${id}`)
  return id
}
