import { z } from 'zod'
import { type Definition, definitionSchema } from './definition.ts'

/** The text is no definition of an experiment; the message has a line for each problem. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError'
}

/**
 * The definition that a JSON document describes, with all defaults.
 *
 * @throws InvalidDefinitionError
 */
export function parseDefinition(text: string): Definition {
  const parsed = definitionSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new InvalidDefinitionError(
    `It is not a definition of an experiment:\n${z.prettifyError(parsed.error)}`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new InvalidDefinitionError(`It is not JSON: ${(cause as Error).message}`, { cause })
  }
}
