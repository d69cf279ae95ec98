// A retraining in a process of its own that kills itself, as no handler could prevent, at a moment it is told.
// Arguments: the database's address, the home folder, and the event, with how many of its kind go before and how many
// milliseconds follow.

import { useBackend } from '../../../src/compute/backend.ts'
import { connect } from '../../../src/db/database.ts'
import { createFileArtifactStore } from '../../../src/registry/file-artifact-store.ts'
import { openRegistry } from '../../../src/registry/postgres-registry.ts'
import { runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { parse, smallConfig } from '../small-config.ts'

const [url, home, event, before, milliseconds] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
]
await useBackend('wasm')
const database = connect(url)
let left = Number(before)
await runRetraining(
  { config: parse(smallConfig), by: 'a test' },
  {
    database,
    store: createFileArtifactStore(home),
    registry: openRegistry(database, { home }),
    backend: 'wasm',
    onEvent: (happened) => {
      if (happened.event !== event || left-- > 0) return
      if (milliseconds === '0') process.kill(process.pid, 'SIGKILL')
      else setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(milliseconds))
    },
  },
)
await database.close()
