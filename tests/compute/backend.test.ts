import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { useBackend } from '../../src/compute/backend.ts'

test('an unknown backend is refused with the names there are', async () => {
  await expect(useBackend('abacus')).rejects.toThrow(/no backend 'abacus'; choose one of .*wasm, cpu/)
})

test('the named backend is taken', async () => {
  await expect(useBackend('cpu')).resolves.toMatchObject({ name: 'cpu', skipped: [] })
})

test('unnamed, a GPU is taken or else wasm, and each skipped backend has a reason', async () => {
  const { name, device, skipped } = await useBackend()
  if (!device.gpu) expect(name).toBe('wasm')
  for (const { reason } of skipped) expect(reason).not.toBe('')
})

test('a CPU is never taken for the GPU that was required', async () => {
  await expect(useBackend('wasm', { requireGpu: true })).rejects.toThrow('which is no GPU')
})

// another file of this process may have named it
const isLoaded = process.platform === 'linux' && (await loadedFiles()).includes('libtensorflow')

test.skipIf(
  process.platform !== 'linux' || isLoaded || existsSync('/dev/nvidiactl') || existsSync('/dev/dxg'),
)('unnamed, libtensorflow is not loaded where there is no NVIDIA card', async () => {
  const { skipped } = await useBackend()
  expect(skipped).toContainEqual({ name: 'tensorflow', reason: 'this machine shows no NVIDIA card' })
  expect(await loadedFiles()).not.toContain('libtensorflow')
})

function loadedFiles(): Promise<string> {
  return readFile('/proc/self/maps', 'utf8')
}
