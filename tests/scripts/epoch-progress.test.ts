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

test('an expected cost of more than a minute is announced, and kept for the result', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const progress = createEpochProgress()
    progress.advance('mult-vae', 0.01)
    progress.expect({ model: 'mult-vae', seconds: 59, bytes: 1e9 })
    expect(write).not.toHaveBeenCalled()
    const cost = { model: 'mult-vae', seconds: 7200, bytes: 1.26e9 }
    progress.expect(cost)
    expect(write.mock.calls.join('')).toBe(
      'mult-vae is expected to take 2 h 0 min, less if it stops early, and 1.3 GB of memory\n',
    )
    expect(progress.expected).toEqual([cost])
    progress.finish()
  } finally {
    write.mockRestore()
  }
})
