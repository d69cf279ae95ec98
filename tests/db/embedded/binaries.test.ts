import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { majorVersion, restoreLinks, serverBinaries } from '../../../src/db/embedded/binaries.ts'

test('the links that an install without scripts leaves out are made, and the others kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'palate-links-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const lib = join(folder, 'native/lib')
  await mkdir(lib, { recursive: true })
  await writeFile(join(lib, 'libpq.so.5.18'), 'library')
  await symlink('libpq.so.5.18', join(lib, 'libpq.so'))
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }))
  await writeFile(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links))
  await restoreLinks(join(folder, 'native'))
  await restoreLinks(join(folder, 'native'))
  expect(await readFile(join(lib, 'libpq.so.5'), 'utf8')).toBe('library')
})

test('the server that is installed is one that Palate supports', async () => {
  expect(Number(await majorVersion(await serverBinaries(undefined)))).toBeGreaterThanOrEqual(15)
})
