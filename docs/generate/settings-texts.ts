import type { names, otlpEndpoints } from '../../src/environment.ts'

type Setting =
  | (typeof names)[number]
  | (typeof otlpEndpoints)[number]
  | 'PORT'
  | 'HOST'
  | 'DATABASE_URL'
  | 'HTTPS_PROXY'
  | 'HTTP_PROXY'
  | 'ALL_PROXY'
  | 'NO_PROXY'

/** What each setting is, and its default. One without a text does not compile. Links are as in docs. */
export const settingTexts: Readonly<Record<Setting, readonly [about: string, byDefault: string]>> = {
  PORT: ['the port on which the API listens; 0: any free one', '4000'],
  HOST: ['the host name or address on which the API listens', '127.0.0.1'],
  DATABASE_URL: ['your own PostgreSQL', 'none: the embedded one'],
  LOCKSTEP_ACCESS_LOG: ['`on` or `off`: a [log line for each request](monitoring.md#log-lines)', '`off`'],
  LOCKSTEP_API_DATABASE_URL: [
    'the same database as the [role](scaling.md#database-roles) of the API',
    '`DATABASE_URL`',
  ],
  LOCKSTEP_APPS: [
    '[apps of other origins](graphql.md#sign-in-on-another-origin) that people may sign in to: `ID=ADDRESS`, comma-separated',
    'none',
  ],
  LOCKSTEP_AUDIT_RETENTION_DAYS: ['how long the audit log is kept, 30 or more; 0: for ever', '0'],
  LOCKSTEP_AUDIT_STREAM: [
    'an https address or a syslog server where the [audit log](audit.md#stream) is sent besides',
    'none',
  ],
  LOCKSTEP_AUDIT_STREAM_SECRET_FILE: ['the file with the secret that it is signed with', 'none'],
  LOCKSTEP_AUTH_SECRET: [
    'signs session cookies; the same for every API process',
    'one that is stored in the database',
  ],
  LOCKSTEP_CORS_ORIGINS: [
    'exact origins whose pages may [read answers](graphql.md#another-origin), comma-separated: `https://app.example.com`',
    'none',
  ],
  LOCKSTEP_DATA: ['the folder of the embedded database and the root key', '`.lockstep`'],
  LOCKSTEP_DIRECT_DATABASE_URL: [
    'the address of the same database without the pooler ([scaling](scaling.md))',
    '`DATABASE_URL`',
  ],
  LOCKSTEP_DISTRIBUTE: [
    '`citus`: `lockstep migrate` distributes the tables over the nodes of a Citus cluster',
    '`off`',
  ],
  LOCKSTEP_DRAIN_SECONDS: [
    'how long a worker that is told to stop waits for its runs ([scaling](scaling.md#stopping))',
    '60',
  ],
  LOCKSTEP_EGRESS_ALLOW: [
    'private `host`, `host:port` or CIDR that steps may reach, comma-separated',
    'none',
  ],
  LOCKSTEP_FILE_MAX_MIB: ['the largest [file](step-types.md#files) that a step may keep, in MiB', '256'],
  LOCKSTEP_RUN_FILES_MAX_MIB: ['how much all files of a run together may have, in MiB', '1024'],
  LOCKSTEP_GRAPHQL_COST_PER_MINUTE: [
    'what the requests of one person with all their tokens, or of one address that has not signed in, may cost in a minute; 0: anything',
    '0; with open sign-up 20,000,000',
  ],
  LOCKSTEP_GRAPHQL_MAX_COST: [
    'the highest cost of one GraphQL request, 1000 to 1,000,000,000: about the fields of its answer ([why](decisions/0072-a-request-has-a-cost.md))',
    '500,000',
  ],
  LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS: [
    'how long one GraphQL request may take; 0: any time. A change that has begun is finished',
    '30',
  ],
  LOCKSTEP_HOOK_CALLS_PER_MINUTE: [
    'how often one hook may be called in a minute ([limits](scaling.md#limits-of-a-workspace)); 0: any number',
    '0; with open sign-up 600',
  ],
  LOCKSTEP_HOOK_SECRET: [
    'what the [URLs of hooks](decisions/0064-urls-of-hooks-are-derived.md) are derived from, 32 characters or more; the same for every API process',
    'one that is stored in the database',
  ],
  LOCKSTEP_GRAPHIQL: ['`on`: [GraphiQL](graphql.md#the-schema) at `/graphiql`', '`off`'],
  LOCKSTEP_INTROSPECTION: [
    'who may [ask for the GraphQL schema](graphql.md#the-schema): `signed-in`, `everybody` or `off`',
    '`signed-in`',
  ],
  LOCKSTEP_LOG: ['`trace` to `fatal`, `silent`', '`info`'],
  LOCKSTEP_MAIL_FROM: ['the address that mails come from', 'none: no mail'],
  LOCKSTEP_MAX_QUEUED_RUNS: [
    'how many runs of a workspace may wait; 0: any number',
    '0; with open sign-up 10000',
  ],
  LOCKSTEP_MAX_WORKSPACES: ['of how many workspaces a person may be an admin, 1 to 10000', '100'],
  LOCKSTEP_OIDC_CLIENT_ID: ['the client at the provider', 'none'],
  LOCKSTEP_OIDC_CLIENT_SECRET: ['the secret of the client at the provider', 'none: a public client'],
  LOCKSTEP_OIDC_CLIENT_SECRET_FILE: ['a file with the secret of the client at the provider', 'none'],
  LOCKSTEP_OIDC_ISSUER: ['the provider of OpenID Connect, as it names itself', 'none'],
  LOCKSTEP_OIDC_ROLES: ['which claims give which roles, see below', 'none'],
  LOCKSTEP_OIDC_TRUST_EMAIL: ['`on`: every email of the provider counts as verified', '`off`'],
  LOCKSTEP_PASSWORD_SIGN_IN: ['`off`: only OpenID Connect signs people in', '`on`'],
  LOCKSTEP_PERSISTED_ONLY: [
    "`on` or `off`: accept only GraphQL documents that the server knows: the web app's, and those of `lockstep documents add`",
    '`off`',
  ],
  LOCKSTEP_PLUGINS: [
    'modules with more step types, comma-separated. `LOCKSTEP_PLUGIN_PACKAGE__FIELD` is [what one of them asks for](step-types.md#what-an-operator-sets)',
    'none',
  ],
  LOCKSTEP_PUBLIC_URL: ['the address at which people reach the API', '`http://localhost:PORT`'],
  LOCKSTEP_ROOT_KEY: ['the root key itself instead of a file: PEM, or base64 of PEM or PKCS#12', 'none'],
  LOCKSTEP_ROOT_KEY_FILE: ["the workers' root key, PEM or PKCS#12", '`root-key.pem` in the data folder'],
  LOCKSTEP_ROOT_KEY_PASSPHRASE: ['the passphrase of the root key, or the PIN of the token', 'none'],
  LOCKSTEP_ROOT_KEY_PASSPHRASE_FILE: [
    'a file with the passphrase of the root key, or the PIN of the token',
    'none',
  ],
  LOCKSTEP_ROOT_KEY_URI: [
    'a root key that is [held elsewhere](root-key.md) instead of in a file: `pkcs11:…` or `awskms:ARN`',
    'none',
  ],
  LOCKSTEP_MAX_RESPONSE_MIB: ['the largest answer that a step may receive, 1 to 30', '25'],
  LOCKSTEP_METRICS_TOKEN: [
    'what a reader of `/metrics` has to send as `Authorization: Bearer …`, 16 characters or more',
    'none: anybody may read them',
  ],
  LOCKSTEP_RUN_RETENTION_DAYS: [
    'how long runs are kept; 0: for ever. They go together, up to a sixth of that time later',
    '90',
  ],
  LOCKSTEP_RUN_STARTS_PER_MINUTE: [
    'how many runs a workspace may start in a minute; 0: any number',
    '0; with open sign-up 3000',
  ],
  LOCKSTEP_SCHEDULE_MIN_SECONDS: ['the least time between two runs of a schedule, 60 to 86400', '60'],
  LOCKSTEP_SIGNING_KEY_FILE: [
    'a key that [vouches for others](root-key.md#who-signs) where the root key cannot sign',
    'none',
  ],
  LOCKSTEP_SIGN_UP: ['`first`, `open` or `closed`', '`first`: one account, then invitations'],
  LOCKSTEP_SMTP_NAME: [
    'the name that is said to the mail server in EHLO',
    'the domain of `LOCKSTEP_MAIL_FROM`',
  ],
  LOCKSTEP_SMTP_URL: [
    'the mail server for [links](sign-in.md#passwords) to verify an address or set a password',
    'none: no mail',
  ],
  LOCKSTEP_SYNCHRONOUS_COMMIT: [
    'what a commit waits for: `remote_write`, `on` or `remote_apply` ([scaling](scaling.md#replication-and-fail-over))',
    'what the database says',
  ],
  LOCKSTEP_TOKEN: ['an [API token](tokens.md) for the same commands', 'none: `lockstep login`'],
  LOCKSTEP_TRACE_HOSTS: ["hosts that are told of the trace of a step's request, comma-separated", 'none'],
  LOCKSTEP_TRUSTED_PROXIES: [
    'networks of the proxies in front of the API, comma-separated: `10.0.0.0/8, 192.0.2.7`',
    'none',
  ],
  LOCKSTEP_URL: [
    'where the API is, for the [commands over the API](commands.md)',
    'the server of `lockstep login`, then `LOCKSTEP_PUBLIC_URL`',
  ],
  LOCKSTEP_WORKER_CONCURRENCY: ['runs that a worker works on at once, 1 to 200', '32'],
  LOCKSTEP_WORKER_DATABASE_URL: [
    'the same database as the [role](scaling.md#database-roles) of workers',
    '`DATABASE_URL`',
  ],
  LOCKSTEP_WORKER_PORT: ['where a worker answers `/healthz`, `/readyz`, `/metrics`', '`PORT` + 1'],
  LOCKSTEP_WORKSPACE_CONCURRENCY: ['runs of one workspace at once, across all workers', '16'],
  LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE: [
    'how often all hooks of a workspace may be called in a minute; 0: any number',
    '0; with open sign-up 3000',
  ],
  LOCKSTEP_WORKSPACE_MAX_MIB: [
    'about how much a workspace may store, in MiB; 0: any amount',
    '0; with open sign-up 2048',
  ],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: [
    'where [spans](monitoring.md#traces) are sent, in place of the next one',
    'none: no spans',
  ],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    'where [spans](monitoring.md#traces) are sent; other variables of OpenTelemetry count too',
    'none: no spans',
  ],
  HTTPS_PROXY: ['the proxy through which steps reach the network; every address is still checked', 'none'],
  HTTP_PROXY: ['the proxy through which steps reach the network; every address is still checked', 'none'],
  ALL_PROXY: ['the proxy through which steps reach the network; every address is still checked', 'none'],
  NO_PROXY: ['hosts that steps reach without the proxy', 'none'],
}
