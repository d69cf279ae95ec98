import type { Config } from '../config/config.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { createFileArtifactStore } from './file-artifact-store.ts'
import { createS3ArtifactStore } from './s3-artifact-store.ts'

export type ArtifactStoreConfig = Pick<Config, 'home' | 'artifacts'>

/** The store that the configuration names; by default the data folder. */
export function openArtifactStore({ home, artifacts }: ArtifactStoreConfig): ArtifactStore {
  if (artifacts === undefined) return createFileArtifactStore(home)
  return 'folder' in artifacts ? createFileArtifactStore(artifacts.folder) : createS3ArtifactStore(artifacts)
}
