/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { plotCurve } from '../../pages/curve.ts'
import type { TrainedEpoch } from '../../training/postgres-version-training.ts'
import { Drawing } from '../table.tsx'

/** The loss and the validation metric of each epoch. */
export function TrainingCurves({ epochs }: { epochs: readonly TrainedEpoch[] }) {
  const validated = epochs.flatMap(({ epoch, validationMetric: metric, validationValue: value }) =>
    metric === null || value === null ? [] : [{ epoch, metric, value }],
  )
  return (
    <>
      <h2>Training, epoch by epoch</h2>
      <figure>
        <div class="panels">
          {validated.length > 1 && (
            <Drawing of={plotCurve(`validation ${validated[0]!.metric}`, validated)} />
          )}
          <Drawing
            of={plotCurve(
              'training loss',
              epochs.map(({ epoch, loss }) => ({ epoch, value: loss })),
            )}
          />
        </div>
        <figcaption>{`${epochs.length} epochs.`}</figcaption>
      </figure>
    </>
  )
}
