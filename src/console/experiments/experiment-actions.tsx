/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Experiment } from '../../experiments/experiment.ts'
import { ChangeForm } from '../change-form.tsx'
import type { Visitor } from '../visitor.ts'

/** Starts a draft, stops a running experiment, and changes the weights of both. */
export function ExperimentActions({ experiment, visitor }: { experiment: Experiment; visitor: Visitor }) {
  const { definition, status } = experiment
  const path = `experiments/${definition.name}`
  if (status === 'stopped')
    return <p>A stopped experiment cannot be changed; a new one assigns its users anew.</p>
  return (
    <>
      {status === 'draft' ? (
        <ChangeForm
          action={`${path}/start`}
          label="Start the experiment"
          visitor={visitor}
          withReason={false}
        />
      ) : (
        <ChangeForm action={`${path}/stop`} label="Stop the experiment" visitor={visitor} withReason={false}>
          <label>
            <input type="checkbox" name="confirmed" value="yes" required /> End it for good
          </label>
        </ChangeForm>
      )}
      <ChangeForm action={`${path}/weights`} label="Change the weights" visitor={visitor} withReason={false}>
        {definition.variants.map(({ name, weight }) => (
          <label>
            {name}{' '}
            <input
              type="number"
              name={`weight ${name}`}
              value={weight}
              min="0.000001"
              max="1000000"
              step="any"
              required
            />
          </label>
        ))}
      </ChangeForm>
      <p class="note">Users move only to variants whose weight grows.</p>
    </>
  )
}
