/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Experiment } from '../../experiments/experiment.ts'
import type { Champion } from '../../registry/registry.ts'
import { ChangeForm } from '../change-form.tsx'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { ListPages, skippedIn } from '../list-pages.tsx'
import { showPage } from '../page.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'

/** All experiments, newest first, and a form for another one. */
export async function showExperiments(
  c: ConsoleContext,
  { experiments, registry }: Pick<ConsoleDependencies, 'experiments' | 'registry'>,
) {
  const skipped = skippedIn(c, 'experiments')
  const [all, champions] = await Promise.all([experiments.list(), registry.champions()])
  return showPage(
    c,
    { title: 'Experiments', section: 'experiments' },
    <>
      {all.length === 0 ? (
        <p>There are no experiments yet.</p>
      ) : (
        <Experiments experiments={all.slice(skipped, skipped + shownExperiments)} />
      )}
      <ListPages
        to="experiments"
        list="experiments"
        skipped={skipped}
        size={shownExperiments}
        hasMore={all.length > skipped + shownExperiments}
      />
      <h2>New experiment</h2>
      <ChangeForm action="experiments" label="Create the draft" visitor={c.get('visitor')} withReason={false}>
        <label for="definition">
          Definition as JSON, as npm run experiment -- create reads it from a file; it starts when you start
          it
        </label>
        <textarea id="definition" name="definition" rows={16} required spellcheck={false}>
          {JSON.stringify(exampleFor(champions), null, 2)}
        </textarea>
      </ChangeForm>
    </>,
  )
}

const shownExperiments = 200

function Experiments({ experiments }: { experiments: readonly Experiment[] }) {
  return (
    <Table
      head={['Experiment', 'Status', 'Variants and weights', 'Started', 'Stopped']}
      textColumns={5}
      rows={experiments.map(({ definition, status, startedAt, stoppedAt }) => [
        <Link to={`experiments/${definition.name}`}>{definition.name}</Link>,
        status,
        <bdi>{definition.variants.map(({ model, weight }) => `${model} ${weight}`).join(', ')}</bdi>,
        startedAt ? <Time at={startedAt} /> : '',
        stoppedAt ? <Time at={stoppedAt} /> : '',
      ])}
    />
  )
}

/** A definition of the default model against another champion, to start from. */
function exampleFor(champions: readonly Champion[]) {
  const control = champions.find(({ isDefault }) => isDefault)?.model ?? 'ease'
  const treatment = champions.find(({ model }) => model !== control)?.model ?? 'mult-vae'
  return {
    name: 'my-experiment',
    hypothesis: `Users click more recommendations of ${treatment}`,
    variants: [
      { name: 'control', model: control },
      { name: 'treatment', model: treatment },
    ],
    primaryMetric: { name: 'clicks', kind: 'count', event: 'click' },
    minimumDetectableEffect: 0.05,
  }
}
