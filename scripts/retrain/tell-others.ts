// Telling other programs how a run ended. What cannot be told is said on stderr and changes nothing of how it ended.
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { RetrainingConfigError } from '../../src/retraining/config.ts'
import { explainFailure } from '../../src/retraining/failures.ts'
import { findRunEnds } from '../../src/retraining/postgres-run-ends.ts'
import { writePrometheusTextfile } from '../../src/retraining/prometheus-textfile.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import type { RunEnds } from '../../src/retraining/run-ends.ts'
import { sendWebhook, type WebhookMessage } from '../../src/retraining/webhook.ts'
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

export async function tellOfResult(
  { notify, textfile }: Targets,
  environment: Config,
  database: Database,
  result: RetrainingResult,
): Promise<void> {
  const { runId: id, outcome, finishedAt } = result
  if (textfile) await write(textfile, result, database, { [outcome]: new Date(finishedAt) })
  const data = summarizeResult(result, `/reports/${id}`)
  if (notify) await send(notify, environment, { id, type: 'retraining.finished', data })
}

/** `environment` and `database` are missing where they are what failed. */
export async function tellOfFailure(
  { notify, textfile }: Targets,
  environment: Config | undefined,
  database: Database | undefined,
  failure: Error,
): Promise<void> {
  if (textfile) await write(textfile, undefined, database, { failed: new Date() })
  const data = { error: explainFailure(failure) }
  if (notify) await send(notify, environment, { id: crypto.randomUUID(), type: 'retraining.failed', data })
}

/** Without the database it is not known when other runs ended, and still how this one did. */
async function write(
  path: string,
  result: RetrainingResult | undefined,
  database: Database | undefined,
  end: RunEnds,
): Promise<void> {
  try {
    const ends = database ? await findRunEnds(database).catch(() => ({})) : {}
    await writePrometheusTextfile(path, result, { ...ends, ...end })
  } catch (error) {
    console.error(`${path} could not be written: ${explainFailure(error)}`)
  }
}

async function send(url: string, environment: Config | undefined, message: WebhookMessage): Promise<void> {
  const secret = environment?.webhookSecret
  const { delivered, error } = secret
    ? await sendWebhook(message, { url, secret })
    : { delivered: false, error: 'there is no secret to sign with' }
  if (!delivered) console.error(`${url} could not be told: ${error}`)
}
