/** Every metric of ours, as prom-client takes it. docs/monitoring.md has the same list, which a test compares. */

// Of an HTTP request: most take milliseconds, one that waits for a run up to 30 seconds.
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
// Of a step or a run: from a request to a service nearby to hours of waiting.
const RUN_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200]

/** Of every process. */
export const processMetrics = {
  requests: {
    name: 'lockstep_http_requests_total',
    help: 'HTTP requests, by route and status; the status is 0 when the client went away before the answer.',
    labelNames: ['route', 'status'],
  },
  requestDuration: {
    name: 'lockstep_http_request_duration_seconds',
    help: 'Duration of HTTP requests, by route and class of status. Streams are left out.',
    labelNames: ['route', 'status'],
    buckets: REQUEST_SECONDS,
  },
  limits: {
    name: 'lockstep_limits_reached_total',
    help: 'How often a limit ended a step or refused a request, by the name of the limit.',
    labelNames: ['limit'],
  },
  ready: { name: 'lockstep_ready', help: 'Whether the process is ready, as /readyz says it: 1 or 0.' },
  queueRuns: {
    name: 'lockstep_queue_runs',
    help: 'Runs that have not ended, by what they do: wait for a worker, wait for a later time, are worked on, or were given up.',
    labelNames: ['state'],
  },
  queueAge: {
    name: 'lockstep_queue_oldest_seconds',
    help: 'How long the oldest run has waited for a worker that could have begun; 0 for none.',
  },
  workers: { name: 'lockstep_workers', help: 'Workers that have reported within the last 10 seconds.' },
  clockAge: {
    name: 'lockstep_clock_age_seconds',
    help: 'How long ago the minute began for which a worker last looked for due schedules.',
  },
  pool: {
    name: 'lockstep_pool_connections',
    help: 'Connections of a pool to the database, by state; waiting counts the statements that wait for one.',
    labelNames: ['pool', 'state'],
  },
  certificates: {
    name: 'lockstep_certificate_expiry_timestamp_seconds',
    help: 'When the first certificate of its kind expires, in seconds since 1970.',
    labelNames: ['certificate'],
  },
} as const

/** Of the API. */
export const apiMetrics = {
  operations: {
    name: 'lockstep_graphql_operations_total',
    help: 'GraphQL operations, by kind.',
    labelNames: ['operation'],
  },
  errors: {
    name: 'lockstep_graphql_errors_total',
    help: 'Errors and refusals in the answers of GraphQL, by code. The HTTP status of most is 200.',
    labelNames: ['code'],
  },
  subscriptions: { name: 'lockstep_graphql_subscriptions', help: 'GraphQL subscriptions that are open.' },
  signIn: {
    name: 'lockstep_sign_in_refusals_total',
    help: 'Attempts to sign in or up that were refused, by reason.',
    labelNames: ['reason'],
  },
} as const

/** Of a worker. */
export const workerMetrics = {
  runs: {
    name: 'lockstep_runs_total',
    help: 'Runs that have ended, by status and error code; no code is empty.',
    labelNames: ['status', 'code'],
  },
  runDuration: {
    name: 'lockstep_run_duration_seconds',
    help: 'Time that this worker spent on a run, by the status with which it ended.',
    labelNames: ['status'],
    buckets: RUN_SECONDS,
  },
  runWait: {
    name: 'lockstep_run_wait_seconds',
    help: 'Time from when a run was started until a worker began it.',
    buckets: RUN_SECONDS,
  },
  stepDuration: {
    name: 'lockstep_step_duration_seconds',
    help: 'Duration of an attempt at a step, by type of step and status.',
    labelNames: ['type', 'status'],
    buckets: RUN_SECONDS,
  },
  stepErrors: {
    name: 'lockstep_step_errors_total',
    help: 'Attempts at a step that failed, by type of step and error code.',
    labelNames: ['type', 'code'],
  },
  scheduleLag: {
    name: 'lockstep_schedule_lag_seconds',
    help: 'How much later than its schedule says a run was started.',
    buckets: [1, 5, 15, 30, 60, 120, 300, 900, 3600],
  },
  claimsLost: {
    name: 'lockstep_claims_lost_total',
    help: 'Runs that this worker worked on and lost to another one.',
  },
  claimsFreed: {
    name: 'lockstep_claims_freed_total',
    help: 'Runs of dead workers that this worker gave back to the queue.',
  },
  heartbeatFailures: {
    name: 'lockstep_heartbeat_failures_total',
    help: 'Reports of this worker, made every 3 seconds, that did not reach the database.',
  },
  opens: {
    name: 'lockstep_secret_opens_total',
    help: 'Sealed values that were opened, or could not be: secrets, and inputs and outputs of runs.',
    labelNames: ['kind', 'outcome'],
  },
  redactions: {
    name: 'lockstep_redactions_total',
    help: 'Texts and outputs in which a value was masked.',
  },
  redactionSeconds: {
    name: 'lockstep_redaction_seconds_total',
    help: 'Time taken to redact and search texts, on the event loop and in threads.',
    labelNames: ['where'],
  },
  redactionCharacters: {
    name: 'lockstep_redaction_characters_total',
    help: 'Characters (bytes of what is no text) that were redacted and searched.',
    labelNames: ['where'],
  },
  egressRefusals: {
    name: 'lockstep_egress_refusals_total',
    help: 'Requests of steps that were not sent, by the rule that refused them.',
    labelNames: ['reason'],
  },
} as const
