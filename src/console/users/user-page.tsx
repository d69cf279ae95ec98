/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed } from '../../pages/numbers.ts'
import type { RatingsSummary, TimelinePosition } from '../../ratings/postgres-user-timeline.ts'
import type { LiveChampions } from '../../recommender/live-champions.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import { ChangeForm } from '../change-form.tsx'
import type { ConsoleDependencies } from '../dependencies.ts'
import { Link } from '../link.tsx'
import { MapLinks } from '../map/map-links.tsx'
import { isPartRequest, PartOnDemand, showPart } from '../part.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext, Visitor } from '../visitor.ts'
import { listsOf } from './champion-lists.ts'
import { Outcome } from './outcome.tsx'
import { requireId } from './user-path.ts'
import { applyWhatIf, isChanged, parsePosition, readWhatIf, unchanged, type WhatIf } from './what-if.ts'
import { WhatIfForm } from './what-if-form.tsx'

/** A user: the history, the lists of all champions, and what comes of other histories. */
export function showUser(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const after = c.req.query('after')
  return show(c, dependencies, {
    userId: requireId(c.req.query('id')),
    whatIf: unchanged,
    after: after === undefined ? undefined : parsePosition(after),
  })
}

/** The same page, or its lists alone, for a changed history. */
export async function showWhatIf(c: ConsoleContext, dependencies: ConsoleDependencies) {
  return show(c, dependencies, await readWhatIf(c, dependencies))
}

interface Shown {
  readonly userId: string
  readonly whatIf: WhatIf
  readonly after: TimelinePosition | undefined
}

async function show(c: ConsoleContext, dependencies: ConsoleDependencies, shown: Shown) {
  const { userId, whatIf, after } = shown
  const { champions, ratings, catalog, readTimeline, summarizeRatings } = dependencies
  // a change of the form cancels the lists of the change before
  const { signal } = c.req.raw
  const stored = await ratings.of(userId)
  const [lists, storedLists] = await Promise.all([
    listsOf(champions, isChanged(whatIf) ? applyWhatIf(stored, whatIf) : stored, signal),
    isChanged(whatIf) ? listsOf(champions, stored, signal) : [],
  ])
  const listed = lists.flatMap(({ result }) => result?.items ?? [])
  const [page, summary] = isPartRequest(c)
    ? [[], null]
    : await Promise.all([readTimeline(userId, after, pageSize + 1), summarizeRatings(userId)])
  const titles = await catalog.titles([
    ...new Set([...listed, ...whatIf.added, ...page].map(({ itemId }) => itemId)),
  ])
  const outcome = <Outcome {...{ userId, whatIf, lists, storedLists, titles }} />
  return showPart(
    c,
    { title: `User ${userId}`, section: 'users', scripts: ['parts.js', 'what-if.js'] },
    summary === null ? (
      outcome
    ) : (
      <>
        <Summary summary={summary} />
        <WhatIfForm
          userId={userId}
          visitor={c.get('visitor')}
          whatIf={whatIf}
          shown={page.slice(0, pageSize)}
          hasMore={page.length > pageSize}
          titles={titles}
          count={summary.count}
          value={summary.highest ?? highestRating(champions)}
        >
          {outcome}
        </WhatIfForm>
        <MapLinks query={{ user: userId }} champions={champions} />
        <SimilarUsers userId={userId} champions={champions} />
        <Erasure userId={userId} visitor={c.get('visitor')} />
      </>
    ),
  )
}

const pageSize = 100

function Summary({ summary: { count, mean, lowest, highest, since, until } }: { summary: RatingsSummary }) {
  if (count === 0)
    return <p class="verdict">There are no ratings of this user. The lists are those of an unknown user.</p>
  return (
    <p>
      {`${formatCount(count)} ratings from ${lowest} to ${highest}, ${formatFixed(mean, 2)} on average`}
      {since && until && (
        <>
          , from <Time at={since} /> to <Time at={until} />
        </>
      )}
      .
    </p>
  )
}

/** Of the default model; 1 without one. */
function highestRating(champions: Pick<LiveChampions, 'list'>): number {
  const served = champions.list().find(({ champion }) => champion.isDefault)?.serving
  return served?.highestRating ?? 1
}

function SimilarUsers({ userId, champions }: { userId: string; champions: Pick<LiveChampions, 'list'> }) {
  const latent = champions.list().flatMap(({ serving, champion }) => {
    const isLatent = serving !== null && serving.inference.capabilities.latentSize !== null
    return isLatent ? [{ model: champion.model, version: serving.manifest.version }] : []
  })
  return (
    <>
      <h2>Similar users</h2>
      {latent.length === 0 && <p>No model with a latent space serves requests.</p>}
      {latent.map((version) => (
        <PartOnDemand summary={`By ${formatVersionName(version)}`}>
          <Link to={`users/similar?${new URLSearchParams({ id: userId, model: version.model })}`}>
            {`Users similar to this one by ${formatVersionName(version)}`}
          </Link>
        </PartOnDemand>
      ))}
    </>
  )
}

function Erasure({ userId, visitor }: { userId: string; visitor: Visitor }) {
  return (
    <>
      <h2>Erase</h2>
      <p class="note">
        Erasing deletes all ratings, served lists and feedback of the user, also if nothing is shown here. It
        cannot be undone. The receipt names the versions that were trained on the ratings.
      </p>
      <ChangeForm action="users/erase" label="Erase the user" visitor={visitor} withReason={false}>
        <input type="hidden" name="id" value={userId} />
        <label>
          <input type="checkbox" name="confirmed" value="yes" required /> Delete everything stored about this
          user for good
        </label>
      </ChangeForm>
    </>
  )
}
