import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compiledKernelsPath, compileKernels } from '../../../src/compute/wasm/compile-kernels.ts'
import { loadKernels } from '../../../src/compute/wasm/load-kernels.ts'

const memory = new (WebAssembly.Memory as new (size: { initial: number }) => WebAssembly.Memory)({
  initial: 16,
})
const kernels = await loadKernels(memory)

test('the sources compile to a module that places no data in the memory it is lent', async () => {
  expect(await compileKernels()).toBe(compiledKernelsPath())
  expect(existsSync(compiledKernelsPath())).toBe(true)
})

test('the exponential stays within its bound', () => {
  const size = 4001
  const [offsets, indices, values, dy, logNormalizers, logits, out] = [
    0, 64, 128, 192, 256, 1024, 65_536,
  ] as const
  new Int32Array(memory.buffer, offsets, 2).set([0, 1])
  new Int32Array(memory.buffer, indices, 1)[0] = 0
  for (const address of [values, dy]) new Float32Array(memory.buffer, address, 1)[0] = 1
  new Float32Array(memory.buffer, logNormalizers, 1)[0] = 0
  const x = new Float32Array(memory.buffer, logits, size)
  for (let n = 0; n < size; n++) x[n] = -87 + (n / size) * 175
  // with one count, no normalizer and ∂y = 1, the likelihood's gradient is exp, less one at the entry
  kernels.multinomialNllGradient(1, size, logits, offsets, indices, values, dy, logNormalizers, out)
  const exponentials = new Float32Array(memory.buffer, out, size)
  for (let n = 1; n < size; n++) {
    const truth = Math.exp(x[n]!)
    expect(Math.abs(exponentials[n]! - truth) / truth).toBeLessThan(2e-7 + 1e-7 * Math.abs(x[n]!))
  }
})
