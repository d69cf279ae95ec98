import { expect, test, vi } from 'vitest'
import { createEpochProgress } from '../../scripts/terminal/epoch-progress.ts'

test('a training that stops early says at which epoch, and which was the best', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const progress = createEpochProgress()
    const report = { epochs: 60, loss: 0.5, seconds: 1 }
    progress.update('mult-vae', { ...report, epoch: 30 })
    progress.update('mult-vae', { ...report, epoch: 31, stoppedEarly: { bestEpoch: 16 } })
    progress.finish()
    expect(write.mock.calls.join('')).toContain('stopped early at epoch 31 (best 16)')
  } finally {
    write.mockRestore()
  }
})
