import { formatCount } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import type { ExportedWeb } from './export-web.ts'

export function formatExportedWeb(exported: ExportedWeb): Result {
  const { model, precision, items, bytes, files } = exported
  const size = `${(bytes / 1e6).toFixed(1)} MB`
  return {
    document: exported,
    text: [`Exported ${model} with ${formatCount(items)} items, ${precision}, ${size}:`, ...files].join('\n'),
  }
}
