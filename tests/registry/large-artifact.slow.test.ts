import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { artifactOfFile, encodeArtifact } from '../../src/registry/artifact.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { hashOf, sizeOf } from '../../src/registry/pieces.ts'
import { readSafetensors } from '../../src/registry/read-safetensors.ts'
import { projectionArtifact } from './projection-model.ts'

test('an artifact of more than 2 GiB is written and read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'large-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const values = new Float32Array(2 ** 29 + 1)
  values.set([1, 2, 3], values.length - 3)
  const tensor = { shape: [values.length], values }
  const pieces = encodeArtifact({ ...projectionArtifact(), weights: { large: tensor } })
  expect(sizeOf(pieces)).toBeGreaterThan(2 ** 31)
  const store = createFileArtifactStore(folder)
  await store.put('large', pieces)
  const { weights } = artifactOfFile(await readSafetensors(await store.get('large'), hashOf(pieces)))
  expect(weights.large!.values.length).toBe(values.length)
  expect([...weights.large!.values.subarray(-4)]).toEqual([0, 1, 2, 3])
}, 300_000)
