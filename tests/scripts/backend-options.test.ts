import { expect, test } from 'vitest'
import { formatBackend } from '../../scripts/terminal/backend-options.ts'
import type { BackendChoice } from '../../src/compute/backend.ts'

const wasm: BackendChoice = { name: 'wasm', device: { description: 'WebAssembly', gpu: false }, skipped: [] }

test('the backend and its device are named in a short line', () => {
  expect(formatBackend(wasm)).toBe('Computing on wasm, WebAssembly')
})

test.each([
  [
    'a faster backend was skipped',
    { ...wasm, skipped: [{ name: 'tensorflow', reason: 'is not installed' }] },
  ],
  ['the backend is slowed', { ...wasm, device: { ...wasm.device, slowedBy: ['no SIMD'] } }],
])('the line refers to doctor when %s', (_, choice) => {
  expect(formatBackend(choice)).toBe('Computing on wasm, WebAssembly; details: npm run doctor')
})
