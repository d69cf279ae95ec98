import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ArtifactMissingError,
  type ArtifactStore,
  ArtifactStoreError,
  storeWithin,
} from '../../src/registry/artifact-store.ts'
import { createFileArtifactStore } from '../../src/registry/file-artifact-store.ts'
import { createS3ArtifactStore } from '../../src/registry/s3-artifact-store.ts'
import { bytesIn } from './bytes-in.ts'
import { type S3Server, s3Missing, startS3Server } from './s3-server.ts'

const folder = await mkdtemp(join(tmpdir(), 'artifacts-'))
afterAll(() => rm(folder, { recursive: true }))

let server: S3Server
beforeAll(async () => {
  if (s3Missing) return
  server = await startS3Server()
  Object.assign(process.env, server.environment)
})
afterAll(() => {
  for (const name of Object.keys(server?.environment ?? {})) delete process.env[name]
  server?.stop()
})

const inBucket = (prefix = 'made/when needed/') =>
  createS3ArtifactStore({ bucket: server.bucket, prefix, endpoint: server.endpoint })

const stores: [name: string, missing: string | null, open: () => ArtifactStore][] = [
  ['files', null, () => createFileArtifactStore(join(folder, 'made', 'when needed'))],
  ['S3', s3Missing, () => inBucket()],
]

describe.each(stores)('a store in %s', (_, missing, open) => {
  const check = (name: string, body: (store: ArtifactStore) => Promise<void>) =>
    test(missing ? `${name} (skipped: ${missing})` : name, { skip: missing !== null }, () => body(open()))

  check('returns what was put under a key, its pieces joined', async (store) => {
    await store.put('mult-vae/one', [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)])
    const stored = await store.get('mult-vae/one')
    expect(stored.size).toBe(3)
    expect([...(await bytesIn(stored))]).toEqual([1, 2, 3])
    await store.put('empty', [])
    expect(await bytesIn(await store.get('empty'))).toEqual(Buffer.alloc(0))
  })

  check('returns many chunks in order', async (store) => {
    const numbers = Uint32Array.from({ length: 5e6 }, (_, n) => n)
    const bytes = new Uint8Array(numbers.buffer)
    await store.put('large', [bytes.subarray(0, 7), bytes.subarray(7, 16e6), bytes.subarray(16e6)])
    expect((await bytesIn(await store.get('large'))).equals(bytes)).toBe(true)
  })

  check('accepts the same key again, even at the same time', async (store) => {
    const pieces = [new Uint8Array(1e6).fill(7)]
    await Promise.all([1, 2, 3].map(() => store.put('again', pieces)))
    expect((await bytesIn(await store.get('again'))).equals(pieces[0]!)).toBe(true)
  })

  check('names a key under which nothing is stored', async (store) => {
    await expect(store.get('mult-vae/two')).rejects.toThrow(ArtifactMissingError)
    await expect(store.get('mult-vae/two')).rejects.toThrow('mult-vae/two')
  })

  check('lists and removes keys by their folders', async (store) => {
    for (const key of ['runs/1/ratings', 'runs/1/a/b', 'runs/10/ratings', 'runs/other'])
      await store.put(key, [Uint8Array.of(1)])
    const runs = storeWithin(store, 'runs')
    const keys = async (name?: string) => (await runs.list(name)).map(({ key }) => key).sort()
    expect(await keys()).toEqual(['1/a/b', '1/ratings', '10/ratings', 'other'])
    expect(await keys('1')).toEqual(['1/a/b', '1/ratings'])
    expect(await keys('2')).toEqual([])
    const { storedAt } = (await runs.list('10'))[0]!
    expect(Math.abs(Date.now() - storedAt.getTime())).toBeLessThan(60_000)
    await runs.removeFolder('1')
    await runs.removeFolder('2')
    await runs.remove('other')
    await runs.remove('other')
    expect(await keys()).toEqual(['10/ratings'])
    expect(await bytesIn(await store.get('runs/10/ratings'))).toEqual(Buffer.of(1))
  })

  check('stores nothing if a write fails', async (store) => {
    const broken = [Uint8Array.of(1), 'not bytes' as unknown as Uint8Array, {} as unknown as Uint8Array]
    await expect(store.put('broken/one', broken)).rejects.toThrow('Cannot write broken/one')
    expect(await store.list('broken')).toEqual([])
  })
})

describe('a store in files', () => {
  test('that cannot be written says so', async () => {
    await writeFile(join(folder, 'a file'), '')
    const blocked = createFileArtifactStore(join(folder, 'a file'))
    await expect(blocked.put('key', [Uint8Array.of(1)])).rejects.toThrow('Cannot write key')
  })

  test('closes its folders to other users, but not the folder that they are in', async () => {
    const root = await mkdtemp(join(folder, 'home-'))
    await createFileArtifactStore(root).put('artifacts/mult-vae/one', [Uint8Array.of(1)])
    expect((await stat(join(root, 'artifacts'))).mode & 0o777).toBe(0o700)
    expect((await readdir(root)).sort()).toEqual(['artifacts'])
  })
})

describe.skipIf(s3Missing)('a store in S3', () => {
  test('removes the parts of an upload that fails', async () => {
    const broken = [new Uint8Array(20e6), 'not bytes' as unknown as Uint8Array, {} as unknown as Uint8Array]
    await expect(inBucket().put('broken/two', broken)).rejects.toThrow('Cannot write broken/two')
    const files = await readdir(server.folder, { recursive: true, withFileTypes: true })
    expect(files.filter((file) => file.isFile() && /broken|multipart/.test(file.parentPath))).toEqual([])
  })

  test('reads one version of a key that is overwritten meanwhile, or fails', async () => {
    const store = inBucket()
    const before = new Uint8Array(5e6).fill(1)
    await store.put('changing', [before])
    const { chunks } = await store.get('changing')
    await store.put('changing', [new Uint8Array(5e6).fill(2)])
    await expect(bytesIn({ size: before.length, chunks })).rejects.toThrow(
      /Cannot read changing.*condition/is,
    )
  })

  test('names the bucket that does not exist, and the store that cannot be reached', async () => {
    const { endpoint } = server
    const absent = createS3ArtifactStore({ bucket: 'absent', prefix: '', endpoint })
    await expect(absent.put('one', [Uint8Array.of(1)])).rejects.toThrow(ArtifactStoreError)
    await expect(absent.put('one', [Uint8Array.of(1)])).rejects.toThrow(
      `Cannot write one in s3://absent/ at ${endpoint}: The specified bucket does not exist`,
    )
    const closed = createS3ArtifactStore({ bucket: 'any', prefix: '', endpoint: 'http://127.0.0.1:9' })
    await expect(closed.get('one')).rejects.toThrow(/Cannot read one.*ECONNREFUSED/)
  })
})
