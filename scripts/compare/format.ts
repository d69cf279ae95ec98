import { comparisonNote } from '../../src/evaluation/comparison/comparison-page.ts'
import { explainPositives } from '../../src/interactions/positive-share.ts'
import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { CompareReport } from './compare.ts'

export function formatComparison(report: CompareReport): Result {
  const { models, pairs, primary } = report
  const text = [
    subtitleOf(report),
    explainPositives(report.positives),
    comparisonNote,
    '',
    formatMetrics({
      ...Object.fromEntries(models.map(({ name, metrics }) => [name, metrics])),
      ...report.baselines,
    }),
    ...(report.worseThanBaselines.length > 0 ? ['', ...report.worseThanBaselines] : []),
    '',
    formatPairs(pairs, primary),
    ...(pairs.some(({ metric }) => metric === 'rmse') ? ['', formatPairs(pairs, 'rmse')] : []),
  ].join('\n')
  return { document: report, text, rows: models }
}

/** The data and the protocol, in a sentence. */
export function subtitleOf({ protocol, split, seeds, users, backend, seconds }: CompareReport): string {
  const rule = split.rule === 'hash' ? 'hash' : `seed ${seeds[0]}`
  return `${protocol}, split by ${rule}: ${formatCount(users)} users evaluated on ${formatCount(split.items)} items, ${formatCount(split.trainRatings)} training ratings; seeds ${seeds.join(', ')}; ${backend}, ${formatSeconds(seconds)}.`
}

function formatPairs(pairs: CompareReport['pairs'], metric: string): string {
  return formatTable(
    [`${metric}, pairs`, 'difference', '95 % interval', 'Holm p', 'first better', 'second better'],
    pairs
      .filter((pair) => pair.metric === metric)
      .map(({ a, b, difference, low, high, adjustedPValue, better, worse }) => [
        `${a} − ${b}`,
        difference.toFixed(4),
        `${low.toFixed(4)} … ${high.toFixed(4)}`,
        adjustedPValue.toPrecision(2),
        `${Math.round(100 * better)} %`,
        `${Math.round(100 * worse)} %`,
      ]),
  )
}
