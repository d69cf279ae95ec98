import { describe, expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { nextStep, type RungLosses, rungsOf, searchedEpochs } from '../../src/tuning/successive-halving.ts'

const failed = Number.POSITIVE_INFINITY
const waiting = (...losses: number[]): RungLosses => ({ losses, running: false })
const running = (...losses: number[]): RungLosses => ({ losses, running: true })

/** Simulates a search in which each trial has the same loss at every rung, and returns the losses of each trial. */
function play(finalLosses: readonly number[], rungs: number): number[][] {
  const losses: number[][] = []
  for (;;) {
    const step = nextStep(
      losses.map((one) => ({ losses: one, running: false })),
      rungs,
      finalLosses.length,
    )
    if (step.kind === 'done') return losses
    if (step.kind === 'start') losses.push([finalLosses[losses.length]!])
    else if (step.kind === 'promote') losses[step.trial]!.push(finalLosses[step.trial]!)
    else throw new Error('no trial is running, so there is nothing to wait for')
  }
}

describe('the rungs', () => {
  test.each([
    [100, [4, 12, 34, 100]],
    [27, [1, 3, 9, 27]],
    [5, [1, 2, 5]],
    [1, [1]],
  ])('of %i epochs are %j', (epochs, rungs) => {
    expect(rungsOf(epochs)).toEqual(rungs)
  })
})

describe('the next step', () => {
  test('starts trials until a rung has three', () => {
    expect(nextStep([], 3, 9)).toEqual({ kind: 'start' })
    expect(nextStep([waiting(1), waiting(2)], 3, 9)).toEqual({ kind: 'start' })
    expect(nextStep([waiting(3), waiting(1), waiting(2)], 3, 9)).toEqual({ kind: 'promote', trial: 1 })
  })

  test('promotes no trial twice and searches from the highest rung down', () => {
    expect(nextStep([waiting(3), running(1), waiting(2)], 3, 9)).toEqual({ kind: 'start' })
    const three = [waiting(1, 3), waiting(2, 1), waiting(3, 2)]
    const others = [4, 5, 6, 7, 8, 0].map((loss) => waiting(loss))
    expect(nextStep([...three, ...others], 3, 9)).toEqual({ kind: 'promote', trial: 1 })
  })

  test('never promotes a trial that failed', () => {
    expect(nextStep([waiting(failed), waiting(failed), waiting(failed)], 3, 3)).toEqual({ kind: 'done' })
  })

  test('waits for running trials before it promotes from a rung of fewer than three', () => {
    expect(nextStep([waiting(1), running()], 3, 2)).toEqual({ kind: 'wait' })
    expect(nextStep([waiting(1), waiting(2)], 3, 2)).toEqual({ kind: 'promote', trial: 0 })
  })

  test('promotes at most a third of each rung, and the best to the last rung', () => {
    const random = createRandom(2)
    const finalLosses = Array.from({ length: 30 }, () => random.uniform())
    const losses = play(finalLosses, 4)
    const reached = [1, 2, 3, 4].map((rungs) => losses.filter(({ length }) => length >= rungs).length)
    expect(reached[0]).toBe(30)
    expect(reached[1]).toBeLessThan(20)
    const best = finalLosses.indexOf(Math.min(...finalLosses))
    expect(losses[best]).toHaveLength(4)
  })

  test('trains two trials or one for all epochs', () => {
    expect(play([2, 1], 3)).toEqual([[2], [1, 1, 1]])
    expect(play([2], 1)).toEqual([[2]])
  })
})

test('the epochs of a search are those of all trials, of the best third, and so on', () => {
  expect(searchedEpochs([4, 12, 34, 100], 27)).toBe(27 * 4 + 9 * 8 + 3 * 22 + 66)
  expect(searchedEpochs([4, 12], 2)).toBe(2 * 4 + 8)
  expect(searchedEpochs([0], 20)).toBe(20)
})
