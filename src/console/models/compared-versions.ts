import { parseVersionName, type VersionName } from '../../registry/version-name.ts'
import { InvalidFormError } from '../form.ts'
import type { ConsoleContext } from '../visitor.ts'

/**
 * The two versions that a request compares, its parameters `a` and `b`.
 *
 * @throws InvalidFormError if one is not the name of a version
 */
export function comparedIn(c: ConsoleContext): VersionName[] {
  return ['a', 'b'].map((side) => {
    try {
      return parseVersionName((c.req.query(side) ?? '').replaceAll('\0', ''))
    } catch (cause) {
      throw new InvalidFormError((cause as Error).message, { cause })
    }
  })
}
