/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Manifest } from '../../registry/registry.ts'
import { Facts } from '../facts.tsx'
import { VersionLink } from './version-link.tsx'

/** Where the weights of a version come from, and what was made of them. */
export function Lineage({ version, versions }: { version: Manifest; versions: readonly Manifest[] }) {
  const { model, parentVersion, refitOf } = version
  const others = versions.filter((other) => other.model === model)
  const refits = others.filter((other) => other.refitOf?.version === version.version)
  const children = others.filter((other) => other.parentVersion === version.version)
  return (
    <Facts
      facts={[
        [
          'Started from',
          parentVersion === null ? (
            'random weights, or none'
          ) : (
            <VersionLink model={model} version={parentVersion} />
          ),
        ],
        ...(refitOf?.version != null
          ? [['Refit of', <VersionLink model={model} version={refitOf.version} />] as const]
          : []),
        ...(refits.length > 0 ? [['Refit as', <Links versions={refits} />] as const] : []),
        ...(children.length > 0 ? [['Start of', <Links versions={children} />] as const] : []),
      ]}
    />
  )
}

function Links({ versions }: { versions: readonly Manifest[] }) {
  return (
    <>
      {versions.map((version, n) => (
        <>
          {n > 0 && ', '}
          <VersionLink {...version} />
        </>
      ))}
    </>
  )
}
