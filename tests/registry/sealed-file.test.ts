import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { readMetadata } from '../../src/registry/read-safetensors.ts'
import { encodeSafetensors } from '../../src/registry/safetensors.ts'
import { openSealed, writeSealed } from '../../src/registry/sealed-file.ts'

test.runIf(process.platform === 'linux')('a file of which only the metadata are read is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealed-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const store = createFileArtifactStore(folder)
  const values = new Float32Array(1e6)
  await writeSealed(
    store,
    'run/ratings',
    encodeSafetensors({ metadata: { users: 'all' }, tensors: { values: { shape: [1e6], values } } }),
  )
  const sealed = await openSealed(store, 'run/ratings')
  expect(await openFiles()).toContain(store.locationOf('run/ratings'))
  expect(await readMetadata(sealed!.content)).toEqual({ users: 'all' })
  await expect.poll(openFiles).not.toContain(store.locationOf('run/ratings'))
})

async function openFiles(): Promise<(string | undefined)[]> {
  const descriptors = await readdir('/proc/self/fd')
  return Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => undefined)))
}
