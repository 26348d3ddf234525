import { setTimeout as delay } from 'node:timers/promises'
import { createOauth } from '../api/apps/oauth.ts'
import { createFiles } from '../api/files.ts'
import { createGraphqlHandler } from '../api/graphql.ts'
import { createOnce } from '../api/once.ts'
import { createRights } from '../api/rights.ts'
import type { Services } from '../api/server.ts'
import { createSignIn, type SignInOptions } from '../api/sign-in.ts'
import type { Config } from '../config.ts'
import {
  createDomain,
  createHookTokens,
  createRegisteredDocuments,
  createStoredLimit,
  createWorkspaceLimits,
} from '../domain/index.ts'
import type { Logger } from '../log.ts'
import { openMailer } from '../mail/mailer.ts'
import type { ApiMetrics } from '../metrics/api-metrics.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Registry } from '../steps/index.ts'
import type { ClockWatch } from '../store/clock-watch.ts'
import { findExcess } from '../store/excess-rights.ts'
import { hashOldHooksLater } from '../store/hash-old-hooks.ts'
import type { PauseWatch } from '../store/pause-watch.ts'
import { type PoolUse, poolUse } from '../store/pool.ts'
import { runProducer } from '../store/queue.ts'
import { createRightsSignals, RIGHTS_CHANNEL } from '../store/rights-signals.ts'
import { openRunSignals } from '../store/run-signals.ts'
import { CallCounts } from '../store/runs/call-counts.ts'
import { type HotPool, openHotPool } from '../store/runs/hot-pool.ts'
import { createRunIntake } from '../store/runs/intake.ts'
import { WaitingRuns } from '../store/runs/waiting-runs.ts'
import {
  claimFirstSignUp,
  hasAccounts,
  openAuthTables,
  readAuthSecret,
  readHookSecret,
} from '../store/sign-in.ts'
import { createSignInAttempts } from '../store/sign-in-attempts.ts'
import type { Store } from '../store/store.ts'
import { waitForStore } from './database.ts'
import type { Releasers } from './releasers.ts'

const RETRY_MS = 1000

interface ServiceParts {
  config: Config
  oidcSecret: Sensitive | undefined
  log: Logger
  registry: Registry
  /** The documents of the web app, by their SHA-256. */
  ownDocuments: ReadonlyMap<string, string>
  url: Sensitive
  store: Store
  metrics: ApiMetrics
  clock: ClockWatch
  pause: PauseWatch
  undo: Releasers
}

export interface OpenedServices extends Services {
  /** How the connections besides the store's are used. */
  pools(): Record<string, PoolUse>
}

/** Tries until it succeeds, because the database may come and go. `undefined` when the API is stopped. */
export async function openServicesAtLast(
  parts: ServiceParts,
  stopping: AbortSignal,
): Promise<OpenedServices | undefined> {
  while (!stopping.aborted) {
    try {
      return await openServices(parts, stopping)
    } catch (err) {
      if (!stopping.aborted) parts.log.error({ err }, 'the API could not start its services; trying again')
      await delay(RETRY_MS, undefined, { signal: stopping }).catch(() => undefined)
    }
  }
  return undefined
}

function openLimits({ config: { limits }, store, log, undo }: ServiceParts, pool: HotPool) {
  const counts = new CallCounts(pool, log)
  undo.add(() => counts.close())
  const stored = createStoredLimit(store.read, limits.storedMib)
  const workspaceLimits = createWorkspaceLimits({ counts, waiting: new WaitingRuns(pool), stored, limits })
  return { limits, stored, workspaceLimits }
}

async function openServices(parts: ServiceParts, stopping: AbortSignal): Promise<OpenedServices> {
  const { config, log, registry, store, clock, pause, undo } = parts
  await waitForStore(store, log, stopping)
  await clock.start()
  await pause.start()
  const { publicUrl, authSecret = await readAuthSecret(store) } = config
  const rights = createRightsSignals(store)
  const { pool, ...ways } = await openRunWays(parts, { [RIGHTS_CHANNEL]: rights.heard })
  const limited = openLimits(parts, pool)
  const { mail } = config.signIn
  const mailer = mail && (await openMailer(mail, log))
  undo.add(() => mailer?.close())
  const domain = createDomain({ mailer, store, rights, registry, publicUrl, ...ways, ...limited })
  undo.add(hashOldHooksLater(store, log))
  const attempts = createSignInAttempts(store)
  const { signIn, database } = openSignIn(parts, { domain, rights, attempts, mailer, authSecret })
  const { credentialsIn } = signIn
  const asked = { credentialsIn, rights: createRights(domain, rights) }
  const { takeGraphqlCost } = limited.workspaceLimits
  const graphql = openGraphql(parts, {
    domain,
    ...asked,
    takeCost: takeGraphqlCost,
    once: createOnce(authSecret),
  })
  const oauth = createOauth({ domain, apps: config.browser.apps, attempts, publicUrl, credentialsIn })
  const files = createFiles({ domain, ...asked })
  await tellExcess(store, log)
  log.info('API is ready')
  const pools = () => ({ runs: pool.use(), sign_in: poolUse(database) })
  return { domain, signIn, graphql, oauth, files, pools }
}

/** How runs are written, and how the API hears of what happens to them. */
async function openRunWays(
  { config, url, log, store, undo }: ServiceParts,
  heard: Parameters<typeof openRunSignals>[2],
) {
  const direct = config.directDatabaseUrl ?? url
  const signals = openRunSignals(direct, log, heard)
  undo.add(() => signals.close())
  const pool = openHotPool(direct, config.synchronousCommit)
  undo.add(() => pool.close())
  const hookTokens = createHookTokens(config.hookSecret ?? (await readHookSecret(store)))
  const intake = createRunIntake(pool, signals, hookTokens)
  return { pool, signals, hookTokens, intake, queue: runProducer }
}

type SignInServices = Pick<SignInOptions, 'domain' | 'rights' | 'attempts' | 'mailer' | 'authSecret'>

function openSignIn(
  { config, oidcSecret, url, log, store, clock, metrics, undo }: ServiceParts,
  services: SignInServices,
) {
  const auth = openAuthTables(url, log)
  undo.add(() => auth.close())
  const { oidc, passwordSignIn } = config.signIn
  const { publicUrl, signUp } = config
  const signIn = createSignIn({
    ...services,
    tables: auth.tables,
    oidc,
    oidcSecret,
    passwordSignIn,
    claimFirstSignUp: () => claimFirstSignUp(store),
    clockProblem: () => clock.problem(),
    publicUrl,
    signUp,
    log,
    metrics,
  })
  return { signIn, database: auth.tables.database }
}

type GraphqlServices = Pick<
  Parameters<typeof createGraphqlHandler>[0],
  'domain' | 'credentialsIn' | 'rights' | 'takeCost' | 'once'
>

function openGraphql(
  { config, registry, ownDocuments, store, pause, log, metrics }: ServiceParts,
  services: GraphqlServices,
) {
  const { publicUrl, signUp, persistedOnly } = config
  const registered = createRegisteredDocuments(store)
  const sendsMail = config.signIn.mail !== undefined
  return createGraphqlHandler({
    ...services,
    registry,
    publicUrl,
    signUp: { mode: signUp, hasAccounts: () => hasAccounts(store), sendsMail },
    paused: () => pause.problem(),
    persisted: { find: (hash) => ownDocuments.get(hash) ?? registered.find(hash), only: persistedOnly },
    introspection: config.introspection,
    maxCost: config.graphqlMaxCost,
    timeoutSeconds: config.graphqlTimeoutSeconds,
    log,
    metrics,
  })
}

/** Says once that an attacker inside this process could do more in the database than the API needs. */
async function tellExcess(store: Store, log: Logger): Promise<void> {
  const { role, rights } = await findExcess(store.em())
  if (rights.length === 0) return
  const advice = 'give the API a role of its own (docs/scaling.md, Database roles)'
  log.warn({ databaseRole: role, rights }, `the API's database role has more rights than it needs: ${advice}`)
}
