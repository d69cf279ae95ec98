/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { formatCount, formatFixed } from '../../pages/numbers.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { VersionLink } from '../models/version-link.tsx'
import { showPart } from '../part.tsx'
import { Table } from '../table.tsx'
import { Time } from '../time.tsx'
import type { ConsoleContext } from '../visitor.ts'
import { UserLink } from './user-link.tsx'
import { requireId } from './user-path.ts'

/** The users whose histories a model places nearest. */
export async function showSimilarUsers(c: ConsoleContext, { similarUsers }: ConsoleDependencies) {
  const userId = requireId(c.req.query('id'))
  const found = await similarUsers.find(c.req.query('model') || undefined, userId, count)
  const { name: model, version } = found.model
  return showPart(
    c,
    { title: `Users similar to ${userId}`, section: 'users' },
    <>
      {found.users.length === 0 ? (
        <p>There are none: the model cannot rank by this history, or there are no other users.</p>
      ) : (
        <Table
          head={['User', 'Similarity']}
          rows={found.users.map(({ userId, similarity }) => [
            <UserLink userId={userId} />,
            formatFixed(similarity, 3),
          ])}
        />
      )}
      <p class="note">
        Compared with <UserLink userId={userId} /> in the latent space of{' '}
        <VersionLink model={model} version={version} />: the cosine of the embeddings, each minus the mean of
        all. Searched among {formatCount(found.indexedUsers)} users, who were read{' '}
        <Time at={found.indexedAt} />.
      </p>
    </>,
  )
}

const count = 10
