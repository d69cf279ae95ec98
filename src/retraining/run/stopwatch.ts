import type { Timing } from '../result.ts'

/** Measures the duration of steps. */
export interface Stopwatch {
  time<T>(step: string, task: () => Promise<T>): Promise<T>
  timings(): readonly Timing[]
}

export function createStopwatch(): Stopwatch {
  const timings: Timing[] = []
  return {
    async time(step, task) {
      const started = performance.now()
      const value = await task()
      timings.push({ step, seconds: (performance.now() - started) / 1000 })
      return value
    },
    timings: () => [...timings],
  }
}
