// Shows a run as it goes on.
import type { RetrainingEvent } from '../../src/retraining/run/events.ts'
import { createEpochProgress } from '../terminal/epoch-progress.ts'

export interface Follower {
  onEvent(event: RetrainingEvent): void
  /** Call it in a `finally`: until then the process stays alive. */
  finish(): void
}

/** On stderr for people, or as lines of JSON on stdout; the end is told by whoever awaits the run. */
export function createFollower(json: boolean): Follower {
  if (json)
    return {
      onEvent: (event) => event.event !== 'finished' && console.log(JSON.stringify(event)),
      finish: () => {},
    }
  const epochs = createEpochProgress()
  return {
    onEvent: (event) => {
      if (event.event === 'epoch') epochs.update(event.variant, event)
      else {
        epochs.finish()
        const line = describe(event)
        if (line) console.error(line)
      }
    },
    finish: () => epochs.finish(),
  }
}

function describe(event: RetrainingEvent): string | undefined {
  switch (event.event) {
    case 'started':
      return `Run ${event.runId}${event.resumed ? ' goes on' : ''}`
    case 'snapshot': {
      const count = (value: number) => value.toLocaleString('en-US')
      return `${count(event.ratings)} ratings of ${count(event.items)} items by ${count(event.users)} users up to ${event.instant}`
    }
    case 'checked':
      return event.checks.map(({ passed, finding }) => `${passed ? '✓' : '✗'} ${finding}`).join('\n')
    case 'published':
      return `${event.variant}: published as ${event.model}@${event.version}`
    case 'failed':
      return `${event.variant}: training failed, ${event.error}`
    case 'evaluating':
      return `Evaluating ${event.name}`
    case 'gate':
      return `${event.variant}: ${event.gate.passed ? 'passed' : 'refused'}. ${event.gate.reason}`
    case 'promoted':
      return `${event.model}@${event.version} is the champion now`
    default:
      return undefined
  }
}
