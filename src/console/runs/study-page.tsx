/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { html } from '../../pages/html.ts'
import { formatCount } from '../../pages/numbers.ts'
import type { StudyRecord } from '../../tuning/postgres-study-records.ts'
import type { TrialRecord } from '../../tuning/study.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Facts } from '../facts.tsx'
import { showPage } from '../page.tsx'
import { Drawing } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { runIdIn, UnknownRunError } from './run-id.ts'

/** One search: its trials by their hyperparameters, as in the report of npm run tune. */
export async function showStudy(
  c: ConsoleContext,
  { studies, findTrials }: Pick<ConsoleDependencies, 'studies' | 'findTrials'>,
) {
  const id = runIdIn(c)
  const study = await studies.find(id)
  if (study === null) throw new UnknownRunError(`There is no search ${id}`)
  const trials = await findTrials(id)
  const sections =
    study.best === null
      ? html`<p>No trial has a result yet.</p>`
      : await sectionsOf(study, trials).catch(
          // the model is gone, or has other hyperparameters by now
          ({ message }: Error) => html`<p>The trials cannot be drawn: ${message}.</p>`,
        )
  return showPage(
    c,
    { title: `Hyperparameters of ${study.model}`, section: 'runs' },
    <>
      <Properties study={study} />
      <Drawing of={sections} />
    </>,
  )
}

/** With the search space of the model, whose schemas the service does not load otherwise. */
async function sectionsOf({ model, settings }: StudyRecord, trials: readonly TrialRecord[]) {
  const [{ findModel }, { searchSpaceOf }, { studySections }] = await Promise.all([
    import('../../models/models.ts'),
    import('../../tuning/search-space.ts'),
    import('../../tuning/study-page.ts'),
  ])
  const { fixed, first } = settings
  const space = searchSpaceOf(findModel(model), fixed, first && Object.keys(first))
  return html`${studySections({ settings, space, trials })}`
}

function Properties({ study: { createdAt, chosenAt, trials, settings } }: { study: StudyRecord }) {
  return (
    <Facts
      facts={[
        ['Started', <Time at={createdAt} />],
        ...(chosenAt ? [['Chosen', <Time at={chosenAt} />] as const] : []),
        ['Trials', formatCount(trials)],
        ['Strategy', settings.strategy],
        ['Fixed', <code>{JSON.stringify(settings.fixed)}</code>],
      ]}
    />
  )
}
