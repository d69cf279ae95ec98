// Telling other programs how a run ended.
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { RetrainingConfigError } from '../../src/retraining/config.ts'
import { explainFailure } from '../../src/retraining/failures.ts'
import { findRunEnds } from '../../src/retraining/postgres-run-ends.ts'
import { writePrometheusTextfile } from '../../src/retraining/prometheus-textfile.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { sendWebhook } from '../../src/retraining/webhook.ts'
import { summarizeResult } from './describe.ts'

interface Targets {
  readonly notify?: string
  readonly textfile?: string
}

/** @throws RetrainingConfigError when there is nothing to sign messages with */
export function requireSecret({ webhookSecret }: Config): string {
  if (webhookSecret) return webhookSecret
  throw new RetrainingConfigError('--notify signs what it sends: set PALATE_WEBHOOK_SECRET')
}

/** What cannot be told is said on stderr and changes nothing of how the run ended. */
export async function tellOthers(
  { notify, textfile }: Targets,
  environment: Config,
  database: Database,
  end: RetrainingResult | Error,
): Promise<void> {
  const result = end instanceof Error ? undefined : end
  if (textfile) {
    const write = async () => writePrometheusTextfile(textfile, result, await findRunEnds(database))
    await write().catch((error) =>
      console.error(`${textfile} could not be written: ${explainFailure(error)}`),
    )
  }
  if (notify) {
    const message = result
      ? {
          id: result.runId,
          type: 'retraining.finished',
          data: summarizeResult(result, `/reports/${result.runId}`),
        }
      : { id: crypto.randomUUID(), type: 'retraining.failed', data: { error: explainFailure(end) } }
    const { delivered, error } = await sendWebhook(message as Parameters<typeof sendWebhook>[0], {
      url: notify,
      secret: requireSecret(environment),
    })
    if (!delivered) console.error(`${notify} could not be told: ${error}`)
  }
}
