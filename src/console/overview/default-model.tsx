/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { plotIntervals } from '../../pages/interval-plot.ts'
import { formatCount } from '../../pages/numbers.ts'
import { legend } from '../../pages/plot.ts'
import type { Manifest } from '../../registry/registry.ts'
import { formatSummary, summaryOf } from '../estimates.ts'
import { VersionLink } from '../models/version-link.tsx'
import { Drawing } from '../table.tsx'
import type { DefaultEvaluation } from './evaluation.ts'

interface DefaultModelProps {
  readonly version: Manifest | null
  readonly evaluation: DefaultEvaluation | null
  readonly warning: string | null
}

/** Which model serves by default, and how good it is compared with the baselines. */
export function DefaultModel({ version, evaluation, warning }: DefaultModelProps) {
  if (version === null) return <p class="verdict alarm">No model serves requests.</p>
  return (
    <>
      <p class={`verdict${warning === null ? '' : ' alarm'}`}>
        <VersionLink {...version} /> serves requests that name no model.{' '}
        {evaluation ? <Compared {...evaluation} /> : <Measured version={version} />}
      </p>
      {evaluation && evaluation.baselines.length > 0 && (
        <figure>
          <Drawing
            of={plotIntervals(
              evaluation.metric,
              [evaluation.model, ...evaluation.baselines].map(({ name, role, summary }) => ({
                name,
                series: role,
                ...summary,
              })),
              roles,
            )}
          />
          <figcaption>
            <Drawing of={legend(roles)} />
            {`Means over the ${evaluation.users === null ? 'users held out in training' : 'test users of the last retraining that evaluated it'}, with 95 % confidence intervals.`}
          </figcaption>
        </figure>
      )}
    </>
  )
}

const roles = ['default', 'baseline']

function Compared({ metric, users, model, baselines: [best] }: DefaultEvaluation) {
  const where = users === null ? 'the users held out in training' : `${formatCount(users)} test users`
  const sentence = `Its ${metric} is ${formatSummary(model.summary)} on ${where}`
  return (
    <>
      {best
        ? `${sentence}; the best baseline, ${best.name}, has ${formatSummary(best.summary)}.`
        : `${sentence}.`}
    </>
  )
}

function Measured({ version }: { version: Manifest }) {
  const [metric] = ['ndcg@100', ...Object.keys(version.metrics)].filter((name) => name in version.metrics)
  const summary = metric === undefined ? null : summaryOf(version.metrics[metric])
  return (
    <>
      {summary
        ? `Its ${metric} was ${formatSummary(summary)} when it was trained. `
        : 'It was not evaluated. '}
      No comparison with the baselines is stored: npm run retrain stores one.
    </>
  )
}
