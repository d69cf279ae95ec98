/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed, formatSigned } from '../../pages/numbers.ts'
import type { RatedItem } from '../../ratings/user-ratings.ts'
import { explain, type ItemExplanation, type Reason } from '../../recommender/explain.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import type { VersionName } from '../../registry/version-name.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { ItemLink } from '../items/item-link.tsx'
import { VersionLink } from '../models/version-link.tsx'
import { isPartRequest, showPart } from '../part.tsx'
import { Table } from '../table.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { WhyControl } from './outcome.tsx'
import { UserLink } from './user-link.tsx'
import { requireId } from './user-path.ts'
import { applyWhatIf, isChanged, readWhatIf, unchanged, type WhatIf } from './what-if.ts'

/** What the ratings of a user contribute to the score of an item. */
export async function showWhy(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const { id, model = '', item } = c.req.query()
  return showContributions(c, dependencies, {
    userId: requireId(id),
    model,
    itemId: requireId(item),
    whatIf: unchanged,
  })
}

/** The same for a changed history. */
export async function showWhyIf(c: ConsoleContext, dependencies: ConsoleDependencies) {
  const { userId, whatIf, why } = await readWhatIf(c, dependencies)
  return showContributions(c, dependencies, {
    userId,
    model: why?.[0] ?? '',
    itemId: requireId(why?.[1]),
    whatIf,
  })
}

interface Question {
  readonly userId: string
  readonly model: string
  readonly itemId: string
  readonly whatIf: WhatIf
}

async function showContributions(
  c: ConsoleContext,
  { champions, ratings, catalog }: ConsoleDependencies,
  question: Question,
) {
  const { userId, itemId, whatIf, model } = question
  const stored = await ratings.of(userId)
  const rated = isChanged(whatIf) ? applyWhatIf(stored, whatIf) : stored
  const { version, explanation } = await champions.use(model || undefined, async (served) => ({
    version: served.manifest,
    explanation: await explain(served, rated, itemId, defaultOptions, { signal: c.req.raw.signal }),
  }))
  const reasons = strongest(explanation.reasons, isPartRequest(c) ? maxInPart : maxOnPage)
  const titles = await catalog.titles([itemId, ...reasons.map((reason) => reason.itemId)])
  return showPart(
    c,
    { title: `Why ${titles.get(itemId) ?? itemId}`, section: 'users', scripts: ['parts.js'] },
    isPartRequest(c) ? (
      <>
        <Rank explanation={explanation} />
        <Bars reasons={reasons} titles={titles} />
        {explanation.reasons.length > reasons.length && (
          <p>
            <WhyControl
              {...{ userId, itemId, model: version.model, isChanged: isChanged(whatIf) }}
              label={`All ${formatCount(explanation.reasons.length)} contributions`}
            />
          </p>
        )}
      </>
    ) : (
      <>
        <Subject question={question} version={version} titles={titles} />
        <Rank explanation={explanation} />
        <p class="note">
          A contribution is how much the score falls without the rating. Scores are neither ratings nor
          probabilities, and comparable only within one list.
        </p>
        <Bars reasons={reasons} titles={titles} rated={rated} />
        <Rest explanation={explanation} shown={reasons.length} />
      </>
    ),
  )
}

const maxInPart = 8
const maxOnPage = 200

/** Those with the largest absolute contributions, the largest contribution first. */
function strongest(reasons: readonly Reason[], count: number): Reason[] {
  return reasons
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, count)
    .sort((a, b) => b.contribution - a.contribution)
}

function Subject({
  question: { userId, itemId, whatIf },
  version,
  titles,
}: {
  question: Question
  version: VersionName
  titles: ReadonlyMap<string, string>
}) {
  return (
    <p>
      <ItemLink itemId={itemId} title={titles.get(itemId)} /> for user <UserLink userId={userId} /> by{' '}
      <VersionLink model={version.model} version={version.version} />
      {isChanged(whatIf) ? ', with the changed history.' : '.'}
    </p>
  )
}

function Rank({ explanation: { basis, score, rank, leftOut } }: { explanation: ItemExplanation }) {
  const position = rank === null ? absences[leftOut!] : `Rank ${formatCount(rank)}`
  return (
    <p>
      {`${position}; score ${formatFixed(score, 3)}.`}
      {basis === 'popularity' && ' It is ranked by its popularity, to which no rating contributes.'}
    </p>
  )
}

const absences = {
  unavailable: 'In no list, because it is hidden or outside its dates',
  seen: 'Not in the list, because the user has rated it',
  filtered: 'Not in the list',
}

interface BarsProps {
  readonly reasons: readonly Reason[]
  readonly titles: ReadonlyMap<string, string>
  /** Shows the ratings, too. */
  readonly rated?: readonly RatedItem[]
}

function Bars({ reasons, titles, rated }: BarsProps) {
  if (reasons.length === 0) return null
  const largest = Math.max(...reasons.map(({ contribution }) => Math.abs(contribution)))
  return (
    <Table
      head={['Rated item', ...(rated ? ['Rating'] : []), 'Contribution']}
      rows={reasons.map(({ itemId, value, contribution }) => [
        <ItemLink itemId={itemId} title={titles.get(itemId)} />,
        ...(rated ? [String(value)] : []),
        <>
          {formatSigned(contribution, 3)}
          <Bar share={largest > 0 ? contribution / largest : 0} />
        </>,
      ])}
    />
  )
}

/** From the middle to the right, or to the left for a negative share. */
function Bar({ share }: { share: number }) {
  return (
    <svg class="contribution" viewBox="-50 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect
        class={share < 0 ? 'negative' : ''}
        x={formatCoordinate(Math.min(0, share))}
        width={formatCoordinate(Math.abs(share))}
        height="10"
      />
    </svg>
  )
}

function formatCoordinate(share: number): string {
  return (50 * share).toFixed(1)
}

function Rest({
  explanation: { reasons, knownItems },
  shown,
}: {
  explanation: ItemExplanation
  shown: number
}) {
  if (reasons.length === 0 || knownItems === shown) return null
  return (
    <p class="note">{`The ${formatCount(shown)} largest of ${formatCount(knownItems)} contributions.`}</p>
  )
}
