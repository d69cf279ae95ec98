import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ArtifactMissingError, type ArtifactStore } from '../../src/registry/artifact-store.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'

let folder: string
let store: ArtifactStore

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'))
  store = createFileArtifactStore(join(folder, 'made', 'when needed'))
})
afterAll(() => rm(folder, { recursive: true }))

test('what was put under a key is got from it, its pieces joined', async () => {
  await store.put('mult-vae/one', [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])
  expect([...(await store.get('mult-vae/one'))]).toEqual([1, 2, 3])
})

test('the same key may be put again, even at the same time', async () => {
  const pieces = [new Uint8Array(1e6).fill(7)]
  await Promise.all([1, 2, 3].map(() => store.put('again', pieces)))
  expect(Buffer.from(await store.get('again')).equals(pieces[0]!)).toBe(true)
})

test('a key under which nothing lies is named', async () => {
  await expect(store.get('mult-vae/two')).rejects.toThrow(ArtifactMissingError)
  await expect(store.get('mult-vae/two')).rejects.toThrow('mult-vae/two')
})

test('a write that fails leaves nothing behind', async () => {
  const broken = [Uint8Array.of(1), 'not bytes' as unknown as Uint8Array, {} as unknown as Uint8Array]
  await expect(store.put('broken/one', broken)).rejects.toThrow('Cannot write broken/one')
  expect(await readdir(join(folder, 'made', 'when needed', 'broken'))).toEqual([])
})

test('a store that cannot be written says so', async () => {
  await writeFile(join(folder, 'a file'), '')
  const blocked = createFileArtifactStore(join(folder, 'a file'))
  await expect(blocked.put('key', [Uint8Array.of(1)])).rejects.toThrow('Cannot write key')
})

test('what could never be read again is refused before anything is written', async () => {
  const piece = new Uint8Array(2 ** 28)
  await expect(store.put('too-large', Array(8).fill(piece))).rejects.toThrow(/too-large would have 2\.0 GiB/)
  expect((await store.list()).map(({ key }) => key)).not.toContain('too-large')
})
