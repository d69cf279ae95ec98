import { UnknownVersionError } from '../../registry/registry.ts'
import type { VersionName } from '../../registry/version-name.ts'
import type { ConsoleContext } from '../visitor.ts'

/** The page of a version, relative to the console. */
export function pathOf({ model, version }: VersionName): string {
  return `models/${encodeURIComponent(model)}/${version}`
}

/**
 * The version that the path of a request names.
 *
 * @throws UnknownVersionError if it names none
 */
export function nameIn(c: ConsoleContext): VersionName {
  const [model, version] = [c.req.param('model') ?? '', c.req.param('version') ?? '']
  // Postgres cannot compare text with U+0000
  if (!/^[1-9]\d{0,8}$/.test(version) || model.includes('\0'))
    throw new UnknownVersionError(`There is no version ${version} of ${model}`)
  return { model, version: Number(version) }
}
