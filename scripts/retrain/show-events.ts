import { explainPositives } from '../../src/interactions/positive-share.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import type { RetrainingEvent } from '../../src/retraining/run/events.ts'
import { createEpochProgress, formatExpected } from '../terminal/epoch-progress.ts'

/** Shows the events of a run. */
export interface EventDisplay {
  onEvent(event: RetrainingEvent): void
  /** Shows the share of the training of a variant that is done, as text alone. */
  onProgress(variant: string, share: number): void
  /** Must be called in a `finally`: the process stays alive until then. */
  finish(): void
}

/** On stderr as text, or on stdout as lines of JSON. The caller of the run prints its result. */
export function createEventDisplay(json: boolean): EventDisplay {
  if (json)
    return {
      onEvent: (event) => event.event !== 'finished' && console.log(JSON.stringify(event)),
      onProgress: () => {},
      finish: () => {},
    }
  const epochs = createEpochProgress()
  return {
    onEvent: (event) => {
      if (event.event === 'epoch') epochs.update(event.variant, event)
      else {
        epochs.finish()
        const line = formatEvent(event)
        if (line) console.error(line)
      }
    },
    onProgress: epochs.advance,
    finish: () => epochs.finish(),
  }
}

function formatEvent(event: RetrainingEvent): string | undefined {
  switch (event.event) {
    case 'started':
      return `Run ${event.runId}${event.resumed ? ' resumed' : ''}`
    case 'snapshot':
      return [
        `${formatCount(event.ratings)} ratings of ${formatCount(event.items)} items by ${formatCount(event.users)} users up to ${event.instant}`,
        explainPositives(event.positives),
      ].join('\n')
    case 'checked':
      return event.checks.map(({ passed, finding }) => `${passed ? '✓' : '✗'} ${finding}`).join('\n')
    case 'expected':
      return `${event.variant}: ${formatExpected(event)}`
    case 'trial':
      return `${event.variant}: ${event.trials} trials of the search for hyperparameters, best ${event.best}`
    case 'published':
      return `${event.variant}: published as ${event.model}@${event.version}`
    case 'failed':
      return `${event.variant}: training failed, ${event.error}`
    case 'evaluating':
      return `Evaluating ${event.name}`
    case 'gate':
      return `${event.variant}: ${event.gate.passed ? 'passed' : 'rejected'}. ${event.gate.reason}`
    case 'promoted':
      return `${event.model}@${event.version} is the champion now`
    default:
      return undefined
  }
}
