/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { RecordedChange } from '../../registry/registry.ts'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import { VersionLink } from './version-link.tsx'

/** Recorded changes of champions and of the default. */
export function Changes({ changes }: { changes: readonly RecordedChange[] }) {
  if (changes.length === 0) return <p>There are none.</p>
  return (
    <Table
      head={['When', 'Change', 'From', 'To', 'By', 'Reason']}
      textColumns={6}
      rows={changes.map(({ at, kind, model, fromModel, fromVersion, toVersion, by, reason }) => [
        <Time at={at} />,
        kind,
        fromVersion === null ? 'none' : <VersionLink model={fromModel ?? model} version={fromVersion} />,
        <VersionLink model={model} version={toVersion} />,
        <bdi>{by}</bdi>,
        <bdi>{reason}</bdi>,
      ])}
    />
  )
}
