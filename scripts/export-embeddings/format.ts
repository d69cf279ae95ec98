import { formatCount } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Exported } from './export-embeddings.ts'

export function formatExported(exported: Exported): Result {
  const { users, items, files } = exported
  const counts = `${formatVersionName(exported)}: ${formatCount(users)} users, ${formatCount(items)} items`
  return { document: exported, text: [counts, ...files].join('\n') }
}
