import { expect, test, vi } from 'vitest'
import { createProgress } from '../../scripts/terminal/progress.ts'

function capture(isTTY: boolean) {
  const written: string[] = []
  const write = (text: string) => written.push(text) > 0
  const stream = { isTTY, columns: 120, write, on: () => {} } as unknown as NodeJS.WriteStream
  return { stream, text: () => written.join('') }
}

test('without a terminal a line with amount, rate and time left is written every few seconds', () => {
  vi.useFakeTimers()
  try {
    const { stream, text } = capture(false)
    const progress = createProgress({ label: 'Import', unit: 'bytes', total: 12_000_000, stream })
    progress.update(3_000_000, '250,000 ratings')
    expect(text()).toBe('')
    vi.advanceTimersByTime(3000)
    expect(text()).toBe('Import 25 % · 3.0 of 12.0 MB · 1.0 MB/s · ETA 9 s · 250,000 ratings\n')
    progress.update(12_000_000)
    progress.finish()
    vi.advanceTimersByTime(60_000)
    expect(text().split('\n')[1]).toBe('Import 100 % · 12.0 of 12.0 MB · 4.0 MB/s · 3 s')
    expect(text().split('\n')).toHaveLength(3)
  } finally {
    vi.useRealTimers()
  }
})

test('without a terminal 100 % is written once, with the last detail and the whole time', () => {
  vi.useFakeTimers()
  try {
    const { stream, text } = capture(false)
    const progress = createProgress({ label: 'Training', unit: '%', total: 100, stream })
    progress.update(100, 'epoch 3 of 4')
    vi.advanceTimersByTime(10_000)
    progress.update(100, 'epoch 4 of 4')
    progress.finish()
    progress.finish()
    expect(text()).toBe('Training 100 % · 10 s · epoch 4 of 4\n')
  } finally {
    vi.useRealTimers()
  }
})

test('without a known total it shows the amount, the rate and the time gone', () => {
  vi.useFakeTimers()
  try {
    const { stream, text } = capture(false)
    const progress = createProgress({ label: 'Import', unit: 'ratings', total: undefined, stream })
    progress.update(30_000)
    vi.advanceTimersByTime(3000)
    expect(text()).toBe('Import 30,000 ratings · 10,000 ratings/s · 3 s\n')
    progress.finish()
  } finally {
    vi.useRealTimers()
  }
})

test('on a terminal it draws a bar in place', () => {
  const { stream, text } = capture(true)
  const progress = createProgress({ label: 'Training', unit: 'epochs', total: 4, stream })
  progress.update(2, 'loss 0.71')
  progress.finish()
  expect(text()).toContain('Training [████████████············] 50 % · 2 of 4 epochs')
  expect(text()).toContain('loss 0.71')
})

test('silent progress writes nothing', () => {
  const { stream, text } = capture(false)
  const progress = createProgress({ label: 'Import', unit: 'bytes', total: 1, stream, silent: true })
  progress.update(1)
  progress.finish()
  expect(text()).toBe('')
})
