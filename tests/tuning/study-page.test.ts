import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { multVae } from '../../src/models/mult-vae.ts'
import { createRandom } from '../../src/random/random.ts'
import { hyperparametersAt, searchSpaceOf } from '../../src/tuning/search-space.ts'
import type { TrialRecord } from '../../src/tuning/study.ts'
import { renderStudy } from '../../src/tuning/study-page.ts'
import { suggestRandomly } from '../../src/tuning/suggest.ts'
import { sampleSettings } from './sample-settings.ts'

const space = searchSpaceOf(multVae)
const settings = { ...sampleSettings, rungs: [3, 9] }
const values = [0.31, 0.2, 0.44, undefined]
const trials = values.map(
  (value, trial): TrialRecord => ({
    trial,
    rung: 0,
    hyperparameters: hyperparametersAt(space, suggestRandomly(space, createRandom(trial))),
    error: value === undefined ? 'loss <infinite>' : null,
    results:
      value === undefined
        ? []
        : [{ epochs: 3, bestEpoch: 2, validation: { metric: 'ndcg@100', value }, ended: false, seconds: 1 }],
  }),
)
const page = (shown: readonly TrialRecord[]) =>
  renderStudy({ settings, space, trials: shown, subtitle: 'A search.', config: { variants: [] } })

describe('the page of a search', () => {
  const { document } = parseHTML(page(trials))
  const plot = document.querySelector('svg')!

  test('says that the best trial is worse than a baseline', () => {
    const finding = 'mult-vae ranks worse than popularity: ndcg@100 0.4400 against 0.5000'
    const shown = renderStudy({
      ...{ settings, space, trials, subtitle: 'A search.', config: { variants: [] } },
      findings: [finding],
    })
    expect(parseHTML(shown).document.querySelector('.alarm')!.textContent).toBe(`${finding}.`)
  })

  test('names the best trial first and lists trials in order of their results', () => {
    expect(document.querySelector('.verdict')!.textContent).toContain('Trial 2 is the best: ndcg@100 0.4400')
    const listed = [...document.querySelectorAll('table')[0]!.querySelectorAll('tbody th')]
    expect(listed.map(({ textContent }) => textContent)).toEqual(['2', '0', '1'])
  })

  test('draws one line per trial with a result, the best one thick and last', () => {
    const lines = [...plot.querySelectorAll('g[aria-label="line"] path')]
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line.getAttribute('d')!.split('L')).toHaveLength(space.length + 1)
    expect(lines.map((line) => line.getAttribute('stroke-width'))).toEqual(['1.25', '1.25', '3'])
    const labels = [...plot.querySelectorAll('text')].map(({ textContent }) => textContent)
    for (const { name } of space) expect(labels).toContain(name)
  })

  test('places the best trial at the right end of the axis of the metric', () => {
    const ends = [...plot.querySelectorAll('g[aria-label="line"] path')].map((line) =>
      Number(line.getAttribute('d')!.split('L').at(-1)!.split(',')[0]),
    )
    expect(ends[2]).toBe(Math.max(...ends))
    expect(ends[0]).toBe(Math.min(...ends))
  })

  test('reports why trials failed', () => {
    expect(page(trials)).toContain('loss &#60;infinite&#62;')
    expect(page(trials.slice(0, 3))).toContain('No trial failed')
    expect(() => page(trials.slice(3))).toThrow('None of 1 trials has a result')
  })
})
