/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { analyzeExperiment } from '../../experiments/analyze-experiment.ts'
import type { Definition } from '../../experiments/definition.ts'
import type { Experiment } from '../../experiments/experiment.ts'
import { formatModelsWithoutChampion } from '../../experiments/models-without-champion.ts'
import { reportSections } from '../../experiments/report-page.ts'
import { html } from '../../pages/html.ts'
import { formatCount, formatShare } from '../../pages/numbers.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { showPage } from '../page.tsx'
import { Drawing, Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { ExperimentActions } from './experiment-actions.tsx'

/** One experiment: its results once it was started, its definition, and what can be done with it. */
export async function showExperiment(
  c: ConsoleContext,
  { experiments, outcomes, registry }: Pick<ConsoleDependencies, 'experiments' | 'outcomes' | 'registry'>,
) {
  const experiment = await experiments.find(c.req.param('name') ?? '')
  const { definition, status } = experiment
  const [report, warnings] = await Promise.all([
    status === 'draft' ? null : analyzeExperiment(experiment, outcomes),
    status === 'stopped' ? [] : formatModelsWithoutChampion(definition, registry),
  ])
  return showPage(
    c,
    { title: definition.name, section: 'experiments' },
    <>
      <p>
        <bdi>{definition.hypothesis}</bdi>
      </p>
      {warnings.map((warning) => (
        <p class="verdict alarm">{warning}</p>
      ))}
      {report === null ? (
        <p class="verdict">It is a draft: no user is assigned to its variants until it is started.</p>
      ) : (
        <Drawing of={html`${reportSections(report)}`} />
      )}
      <h2>Definition</h2>
      <Properties experiment={experiment} />
      <Variants definition={definition} />
      <h2>Change</h2>
      <ExperimentActions experiment={experiment} visitor={c.get('visitor')} />
    </>,
  )
}

function Properties({
  experiment: { definition, status, createdAt, startedAt, stoppedAt, weights },
}: {
  experiment: Experiment
}) {
  const { mode, surface, layer, segment, eligibility, testers, power, confidence, days } = definition
  const { minHistory, maxHistory } = eligibility
  return (
    <Facts
      facts={[
        ['Status', status],
        ['Created', <Time at={createdAt} />],
        ...(startedAt ? [['Started', <Time at={startedAt} />] as const] : []),
        ...(stoppedAt ? [['Stopped', <Time at={stoppedAt} />] as const] : []),
        ['Mode', mode],
        [
          'Decides',
          surface === undefined
            ? 'the lists of requests that name no surface'
            : `the lists of the surface ${surface}`,
        ],
        ['Layer', layer ?? 'its own'],
        [
          'Users',
          `${formatShare(segment.to - segment.from)} of the layer, from ${segment.from} to ${segment.to}`,
        ],
        ...(minHistory === undefined && maxHistory === undefined
          ? []
          : [
              [
                'Eligible',
                `users with ${minHistory ?? 0} to ${maxHistory ?? 'any number of'} ratings`,
              ] as const,
            ]),
        ['Testers', formatCount(Object.keys(testers).length)],
        [
          'Plan',
          `${formatCount(days)} days to detect a lift of ${formatShare(definition.minimumDetectableEffect)} with a power of ${formatShare(power)} at ${formatShare(confidence)} confidence`,
        ],
        ...(weights.length > 1 ? [['Weights changed', <Time at={weights.at(-1)!.since} />] as const] : []),
      ]}
    />
  )
}

function Variants({ definition: { variants } }: { definition: Definition }) {
  return (
    <Table
      head={['Variant', 'Model', 'Version', 'Parameters', 'Weight']}
      textColumns={4}
      rows={variants.map(({ name, model, version, parameters, weight }) => [
        name,
        <bdi>{model}</bdi>,
        version === undefined ? 'the champion' : String(version),
        Object.entries(parameters)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
        String(weight),
      ])}
    />
  )
}
