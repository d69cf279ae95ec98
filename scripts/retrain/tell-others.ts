// Telling other programs how a run ended. What cannot be told is said on stderr and changes nothing of how it ended.
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { type RetrainingConfig, RetrainingConfigError } from '../../src/retraining/config.ts'
import { writePrometheusTextfile } from '../../src/retraining/report/prometheus-textfile.ts'
import { sendWebhook, type WebhookMessage } from '../../src/retraining/report/webhook.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { explainFailure } from '../../src/retraining/run/failures.ts'
import { findRunEnds } from '../../src/retraining/run/postgres-runs.ts'
import type { RunEnds } from '../../src/retraining/run/runs.ts'
import { summarizeResult } from './describe.ts'

interface Targets {
  readonly notify?: string
  readonly textfile?: string
}

/** What a run knows of where it is; undefined is what failed, and all that would have come after. */
interface Known {
  readonly environment: Config | undefined
  readonly config: RetrainingConfig | undefined
  readonly database: Database | undefined
}

/** @throws RetrainingConfigError when there is nothing to sign messages with */
export function requireSecret({ webhookSecret }: Config): string {
  if (webhookSecret) return webhookSecret
  throw new RetrainingConfigError('--notify signs what it sends: set PALATE_WEBHOOK_SECRET')
}

export async function tellOfResult(
  { notify, textfile }: Targets,
  known: { readonly environment: Config; readonly database: Database },
  result: RetrainingResult,
): Promise<void> {
  const { runId: id, outcome, finishedAt, config } = result
  if (textfile) await write(textfile, { ...known, config }, { [outcome]: new Date(finishedAt) }, result)
  const data = summarizeResult(result, `/reports/${id}`)
  if (notify) await send(notify, known.environment, { id, type: 'retraining.finished', data })
}

export async function tellOfFailure(
  { notify, textfile }: Targets,
  known: Known,
  failure: Error,
): Promise<void> {
  if (textfile) await write(textfile, known, { failed: new Date() })
  const data = { error: explainFailure(failure) }
  const id = crypto.randomUUID()
  if (notify) await send(notify, known.environment, { id, type: 'retraining.failed', data })
}

/** Without the database it is not known when other runs ended, and still how this one did. */
async function write(
  path: string,
  { database, config }: Known,
  end: RunEnds,
  result?: RetrainingResult,
): Promise<void> {
  try {
    const ends = database ? await findRunEnds(database).catch(() => ({})) : {}
    await writePrometheusTextfile(path, { result, ends: { ...ends, ...end }, schedule: config?.schedule })
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
