// Notifies other programs of the outcome of a run. A failed notification is logged and does not change the outcome.
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { type RetrainingConfig, RetrainingConfigError } from '../../src/retraining/config.ts'
import { writePrometheusTextfile } from '../../src/retraining/report/prometheus-textfile.ts'
import { sendWebhook, type WebhookMessage } from '../../src/retraining/report/webhook.ts'
import { parseTarget, resolveTarget, WebhookTargetError } from '../../src/retraining/report/webhook-target.ts'
import type { RetrainingResult } from '../../src/retraining/result.ts'
import { explainFailure } from '../../src/retraining/run/failures.ts'
import { findRunEnds } from '../../src/retraining/run/postgres-runs.ts'
import type { RunEnds } from '../../src/retraining/run/runs.ts'
import { summarizeResult } from './format.ts'

interface Targets {
  readonly notify?: string
  readonly notifyPrivate?: boolean
  readonly textfile?: string
}

/** What the command had loaded when it ended; undefined if it failed before. */
interface Loaded {
  readonly environment: Config | undefined
  readonly config: RetrainingConfig | undefined
  readonly database: Database | undefined
}

/** Where `--notify` posts to. */
export interface Notified {
  readonly url: string
  /** Empty if the host cannot be resolved now. */
  readonly addresses: readonly string[]
}

/**
 * Checks the target of `--notify` before the run.
 *
 * @throws RetrainingConfigError if PALATE_WEBHOOK_SECRET is not set
 * @throws WebhookTargetError
 */
export async function checkTarget(
  { notify, notifyPrivate = false }: Targets,
  { webhookSecret }: Config,
): Promise<Notified | undefined> {
  if (notify === undefined) return undefined
  if (!webhookSecret)
    throw new RetrainingConfigError('--notify signs its messages: set PALATE_WEBHOOK_SECRET')
  const { href: url } = parseTarget(notify)
  try {
    const { addresses } = await resolveTarget(notify, notifyPrivate)
    return { url, addresses: addresses.map(({ address }) => address) }
  } catch (error) {
    if (error instanceof WebhookTargetError) throw error
    return { url, addresses: [] }
  }
}

export async function notifyResult(
  { notify, notifyPrivate, textfile }: Targets,
  loaded: { readonly environment: Config; readonly database: Database },
  result: RetrainingResult,
): Promise<void> {
  const { runId: id, outcome, finishedAt, config } = result
  if (textfile) await write(textfile, { ...loaded, config }, { [outcome]: new Date(finishedAt) }, result)
  const data = summarizeResult(result, `/reports/${id}`)
  if (notify) await send(notify, notifyPrivate, loaded.environment, { id, type: 'retraining.finished', data })
}

export async function notifyFailure(
  { notify, notifyPrivate, textfile }: Targets,
  loaded: Loaded,
  failure: Error,
): Promise<void> {
  if (textfile) await write(textfile, loaded, { failed: new Date() })
  const data = { error: explainFailure(failure) }
  const id = crypto.randomUUID()
  if (notify) await send(notify, notifyPrivate, loaded.environment, { id, type: 'retraining.failed', data })
}

/** Without the database the file has only the outcome of this run. */
async function write(
  path: string,
  { database, config }: Loaded,
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

async function send(
  url: string,
  allowsPrivate = false,
  environment: Config | undefined,
  message: WebhookMessage,
): Promise<void> {
  const secret = environment?.webhookSecret
  const { delivered, error } = secret
    ? await sendWebhook(message, { url, secret, allowsPrivate })
    : { delivered: false, error: 'PALATE_WEBHOOK_SECRET is not set' }
  if (!delivered) console.error(`${url} could not be notified: ${error}`)
}
