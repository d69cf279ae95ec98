// npm run replay -- <file or folder>
import { formatReplay } from './replay/format.ts'
import { type ReplayOptions, replay } from './replay/replay.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { parseCount } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { logLine } from './terminal/with-database.ts'

const description = {
  description: 'Import the next week of ratings by their times, to try retraining week by week.',
  notes: `
Weeks are seven days, counted from midnight UTC before the first rating. The next week is the first with ratings later
than all in the database; weeks without ratings are skipped. Exit code 5 means that all weeks are imported.

--json prints { week, weeks, since, until, batch, ratings, inserted, updated }: the number of the last imported week, the
number of weeks, the period, the id of the batch, the number of ratings read, and of new and changed user-item pairs.`,
  examples: `
npm run replay -- ml-100k.zip --weeks 8
npm run replay -- ml-100k.zip && npm run retrain
npm run replay -- ml-100k.zip --shuffle --json`,
}

await runCommand(
  (signal) =>
    createCommand('replay', description)
      .argument('<path>', 'a file, or a MovieLens folder or zip archive; every rating needs a time')
      .option('--weeks <number>', 'how many weeks to import at once', parseCount, 1)
      .option('--shuffle', 'shuffle the items and values of these weeks, as a broken export would')
      .option('--json', 'print one JSON document on stdout')
      .action(async (path: string, { json, ...options }: ReplayOptions & { readonly json?: true }) => {
        const replayed = await replay(path, options, signal)
        if (replayed) return printResult(formatReplay(replayed), json)
        logLine(`All weeks of ${path} are imported`)
        exitWith('nothingToDo')
      }),
  'Interrupted; nothing was changed.',
)
