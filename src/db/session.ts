// The settings of a session that our statements rely on; a database, a role or the server may have others.

/** How the sessions of a server are opened. */
export interface Session {
  /** Sent at the start of every connection. */
  readonly settings: Readonly<Record<string, string>>
  /** Whether the next statement may run in another session of the server. */
  readonly isPooled: boolean
}

const forwardedByPoolers = { DateStyle: 'ISO', TimeZone: 'UTC', standard_conforming_strings: 'on' }

/** What decides how values are read and written, and what a transaction sees. */
export const requiredSettings: Readonly<Record<string, string>> = {
  ...forwardedByPoolers,
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
}

/** Imports and trainings keep statements, locks and connections for long; the service states a limit of its own. */
const unlimited = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
}

/** Sessions of a server without a pooler. */
export const directSession: Session = {
  settings: { ...requiredSettings, ...unlimited },
  isPooled: false,
}

/** PgBouncer forwards these settings and refuses others. */
export const pooledSession: Session = { settings: forwardedByPoolers, isPooled: true }
