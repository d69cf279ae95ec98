/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { useContext } from 'hono/jsx'
import { formatCount } from '../../pages/numbers.ts'
import { type Manifest, type Registry, UnusableArtifactError } from '../../registry/registry.ts'
import type { VersionName } from '../../registry/version-name.ts'
import { Facts } from '../facts.tsx'
import { Root } from '../link.tsx'
import { Time } from '../time.tsx'
import { pathOf } from './version-path.ts'

/** Reads the artifact and compares it with its manifest; null if it is intact, else why it cannot be used. */
export async function checkArtifact(
  registry: Pick<Registry, 'load'>,
  name: VersionName,
): Promise<string | null> {
  try {
    await registry.load(name)
    return null
  } catch (error) {
    if (error instanceof UnusableArtifactError) return error.message
    throw error
  }
}

/** The file of the weights, and the result of its check if it was requested. */
export function ArtifactCheck({ version, check }: { version: Manifest; check: string | null | undefined }) {
  const { artifact, prunedAt } = version
  const action = useContext(Root) + pathOf(version)
  if (prunedAt !== null)
    return (
      <p>
        The retention rule deleted the weights <Time at={prunedAt} />.
      </p>
    )
  return (
    <>
      <Facts
        facts={[
          ['File', <code>{artifact.key}</code>],
          ['Size', `${formatCount(artifact.bytes)} bytes`],
          ['SHA-256', <code>{artifact.sha256}</code>],
        ]}
      />
      {check === null && <p class="verdict">The artifact is intact: its SHA-256 is that of the manifest.</p>}
      {check && <p class="verdict alarm">{check}</p>}
      <form class="filter" method="get" action={action}>
        <button type="submit" name="check" value="artifact">
          Check the artifact
        </button>
      </form>
    </>
  )
}
