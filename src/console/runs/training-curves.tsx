/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { plotCurve } from '../../pages/curve.ts'
import type { RecordedTraining } from '../../training/postgres-training-records.ts'
import { Drawing } from '../table.tsx'
import { type Curve, curvesOf } from './curves.ts'

/** Of a page with curves. */
export const assetsOfCurves = { scripts: ['curves.js'], styles: ['uplot.css'] } as const

/** The curves of a training. A script replaces the pictures by plots that can be zoomed. */
export function TrainingCurves({ training: { epochs } }: { training: Pick<RecordedTraining, 'epochs'> }) {
  const curves = curvesOf(epochs)
  return (
    <figure>
      <div class="panels">
        {curves.map((curve) => (
          <Panel curve={curve} />
        ))}
      </div>
      <figcaption>{epochs.length === 1 ? '1 epoch.' : `${epochs.length} epochs.`}</figcaption>
    </figure>
  )
}

function Panel({ curve: { name, points } }: { curve: Curve }) {
  return (
    <div
      class="curve"
      data-name={name}
      data-epochs={JSON.stringify(points.map(({ epoch }) => epoch))}
      data-values={JSON.stringify(points.map(({ value }) => value))}
    >
      <Drawing of={plotCurve(name, points)} />
    </div>
  )
}
