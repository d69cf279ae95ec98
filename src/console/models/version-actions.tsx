/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Champion, Manifest, RecordedChange } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import { ChangeForm } from '../change-form.tsx'
import type { Visitor } from '../visitor.ts'
import { pathOf } from './version-path.ts'

interface VersionActionsProps {
  readonly version: Manifest
  readonly champions: readonly Champion[]
  /** Of all models, newest first. */
  readonly changes: readonly RecordedChange[]
  readonly visitor: Visitor
}

/** Promotes the version; or, for a champion, rolls it back or makes it the default. */
export function VersionActions({ version, champions, changes, visitor }: VersionActionsProps) {
  const champion = champions.find(({ model }) => model === version.model)
  const path = pathOf(version)
  if (champion?.version !== version.version) {
    if (version.prunedAt !== null) return <p>A version without weights cannot be promoted.</p>
    return (
      <ChangeForm
        action={`${path}/promote`}
        label={`Promote ${formatVersionName(version)}`}
        visitor={visitor}
        replacing={champion ? String(champion.version) : ''}
      />
    )
  }
  const hasPrevious = changes.some(
    ({ model, kind, fromVersion }) => model === version.model && kind !== 'default' && fromVersion !== null,
  )
  return (
    <>
      {!champion.isDefault && (
        <ChangeForm
          action={`${path}/default`}
          label={`Make ${version.model} the default`}
          visitor={visitor}
          replacing={champions.find(({ isDefault }) => isDefault)?.model ?? ''}
        />
      )}
      {hasPrevious ? (
        <ChangeForm
          action={`${path}/rollback`}
          label={`Roll ${version.model} back to the previous champion`}
          visitor={visitor}
        />
      ) : (
        <p>{`${version.model} had no champion before, so it cannot be rolled back.`}</p>
      )}
    </>
  )
}
