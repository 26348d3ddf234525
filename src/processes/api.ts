import { setTimeout as delay } from 'node:timers/promises'
import { createOauth } from '../api/apps/oauth.ts'
import { createFiles } from '../api/files.ts'
import { createGraphqlHandler } from '../api/graphql.ts'
import { createOnce } from '../api/once.ts'
import { createRights } from '../api/rights.ts'
import { type Services, startServer } from '../api/server.ts'
import { openMailer } from '../api/sign-in/mail.ts'
import { readClientSecret } from '../api/sign-in/oidc.ts'
import { createSignIn } from '../api/sign-in.ts'
import type { Config } from '../config.ts'
import {
  createDomain,
  createHookTokens,
  createRegisteredDocuments,
  createStoredLimit,
  createWorkspaceLimits,
} from '../domain/index.ts'
import type { Logger } from '../log.ts'
import { type ApiMetrics, createApiMetrics } from '../metrics/api-metrics.ts'
import { createGauges } from '../metrics/gauges.ts'
import { createMetrics } from '../metrics/process-metrics.ts'
import { packageFiles } from '../package-files.ts'
import type { Sensitive } from '../sensitive.ts'
import type { Registry } from '../steps/index.ts'
import { ClockWatch } from '../store/clock-watch.ts'
import { findExcess } from '../store/excess-rights.ts'
import { hashOldHooksLater } from '../store/hash-old-hooks.ts'
import { findPause } from '../store/pause.ts'
import { PauseWatch } from '../store/pause-watch.ts'
import { type PoolUse, poolUse } from '../store/pool.ts'
import { runProducer } from '../store/queue.ts'
import { databaseChecks, rootCertificate } from '../store/readiness.ts'
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
import { openStore, type Store } from '../store/store.ts'
import { embeddedFolder } from './cluster-folder.ts'
import { databaseUrl, waitForStore } from './database.ts'
import { gaugeSources } from './gauge-sources.ts'
import { readPersistedDocuments } from './persisted-documents.ts'
import { PLUGIN_IDLE_MS } from './plugins.ts'
import { watchReadiness } from './readiness-watch.ts'
import { refuseToListen } from './refuse-to-listen.ts'
import { Releasers } from './releasers.ts'
import { loadStepTypes } from './step-types.ts'
import { openTracing } from './tracing.ts'

const RETRY_MS = 1000

export interface RunningProcess {
  port: number
  /** Resolves once the process does its work. Until then it is alive and answers 503. */
  ready: Promise<void>
  /** Rejects when the process cannot go on with its work. */
  lost?: Promise<never>
  /** Stops it in order. */
  stop(): Promise<void>
}

/**
 * The API process, which holds only public keys. It listens at once, and answers 503 until the database is ready.
 *
 * @throws AppError INVALID_CONFIG, INVALID_STEP_TYPE
 */
export async function startApi(config: Config, log: Logger): Promise<RunningProcess> {
  const stepTypes = await loadStepTypes(config, log, PLUGIN_IDLE_MS)
  const { registry } = stepTypes
  const ownDocuments = await readPersistedDocuments(config.persistedOnly)
  const { oidc, trustedProxies } = config.signIn
  const oidcSecret = oidc && (await readClientSecret(oidc))
  const url = await databaseUrl(config, 'api')
  const undo = new Releasers()
  undo.add(stepTypes.close)
  // A way past a pooler is set where there is one, which takes each query to another connection.
  const store = await openStore(url, undefined, {
    prepared: config.directDatabaseUrl === undefined,
    commits: config.synchronousCommit,
  })
  undo.add(() => store.close())
  // Released after the server, whenever they open: the requests that it has received still need them.
  const undoServices = new Releasers()
  undo.add(() => undoServices.release())
  const stopping = new AbortController()
  let services: Opened | undefined
  const metrics = createMetrics()
  const ofApi = createApiMetrics(metrics.registry)
  const { promise: ready, resolve: announce } = Promise.withResolvers<void>()
  const clock = new ClockWatch(store, log)
  undo.add(() => clock.stop())
  const folder = await embeddedFolder(config)
  const pause = new PauseWatch(() => findPause(store.em(), folder), log)
  undo.add(() => pause.stop())
  const started = { name: 'api', find: async () => (services ? undefined : 'the API is starting') }
  const clocks = { name: 'clock', find: async () => clock.problem() }
  const checks = [...databaseChecks, started, clocks, rootCertificate]
  const watch = watchReadiness({ store, checks, log, paused: () => pause.problem() })
  undo.add(() => watch.close())
  const { check } = watch
  createGauges(metrics.registry, gaugeSources({ store, check, pools: () => services?.pools() ?? {} }))
  const tracing = await openTracing(config, 'api', log)
  undo.add(() => tracing?.close())
  const { accessLog, metricsToken, publicUrl } = config
  const served = {
    services: () => services,
    check,
    metrics,
    metricsToken,
    publicUrl,
    corsOrigins: config.browser.corsOrigins,
    trustedProxies,
    webFolder: packageFiles.webApp,
    graphiql: config.browser.graphiql,
  }
  const parts = { ...served, tracing, accessLog, log }
  const server = await startServer(parts, config.host, config.port).catch(async (error: unknown) => {
    await undo.release()
    return refuseToListen('PORT', config.host, config.port)(error)
  })
  undo.add(() => server.close())
  // Only now: a process that cannot listen ends without having asked the database for anything.
  const opening = openServicesAtLast(
    {
      config,
      oidcSecret,
      log,
      registry,
      ownDocuments,
      url,
      store,
      clock,
      pause,
      metrics: ofApi,
      undo: undoServices,
    },
    stopping.signal,
  ).then((opened) => {
    services = opened
    if (opened) announce()
  })
  undo.add(() => {
    stopping.abort()
    return opening
  })
  log.info({ url: config.publicUrl, port: server.port }, 'API listens')
  return { port: server.port, ready, stop: () => undo.release() }
}

/** Says once that an attacker inside this process could do more in the database than the API needs. */
async function tellExcess(store: Store, log: Logger): Promise<void> {
  const { role, rights } = await findExcess(store.em())
  if (rights.length === 0) return
  const advice = 'give the API a role of its own (docs/scaling.md, Database roles)'
  log.warn({ databaseRole: role, rights }, `the API's database role has more rights than it needs: ${advice}`)
}

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

interface Opened extends Services {
  /** How the connections besides the store's are used. */
  pools(): Record<string, PoolUse>
}

/** Tries until it succeeds, because the database may come and go. `undefined` when the API is stopped. */
async function openServicesAtLast(parts: ServiceParts, stopping: AbortSignal): Promise<Opened | undefined> {
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

async function openServices(parts: ServiceParts, stopping: AbortSignal): Promise<Opened> {
  const { config, log, registry, ownDocuments, url, store, clock, pause, metrics, undo } = parts
  await waitForStore(store, log, stopping)
  await clock.start()
  await pause.start()
  const { publicUrl, signUp, authSecret = await readAuthSecret(store) } = config
  const rights = createRightsSignals(store)
  const heard = { [RIGHTS_CHANNEL]: rights.heard }
  const signals = openRunSignals(config.directDatabaseUrl ?? url, log, heard)
  undo.add(() => signals.close())
  const pool = openHotPool(config.directDatabaseUrl ?? url, config.synchronousCommit)
  undo.add(() => pool.close())
  const hookTokens = createHookTokens(config.hookSecret ?? (await readHookSecret(store)))
  const intake = createRunIntake(pool, signals, hookTokens)
  const limited = openLimits(parts, pool)
  const shared = { store, signals, rights, registry, publicUrl, ...limited }
  const domain = createDomain({ ...shared, queue: runProducer, intake, hookTokens })
  undo.add(hashOldHooksLater(store, log))
  const auth = openAuthTables(url, log)
  undo.add(() => auth.close())
  const { mail, oidc, passwordSignIn } = config.signIn
  const mailer = mail && (await openMailer(mail, log))
  undo.add(() => mailer?.close())
  const attempts = createSignInAttempts(store)
  const signIn = createSignIn({
    domain,
    rights,
    tables: auth.tables,
    authSecret,
    attempts,
    mailer,
    oidc,
    oidcSecret: parts.oidcSecret,
    passwordSignIn,
    claimFirstSignUp: () => claimFirstSignUp(store),
    clockProblem: () => clock.problem(),
    publicUrl,
    signUp,
    log,
    metrics,
  })
  const { credentialsIn } = signIn
  const asked = { credentialsIn, rights: createRights(domain, rights) }
  const registered = createRegisteredDocuments(store)
  const graphql = createGraphqlHandler({
    domain,
    registry,
    publicUrl,
    signUp: { mode: signUp, hasAccounts: () => hasAccounts(store) },
    paused: () => pause.problem(),
    persisted: {
      find: (hash) => ownDocuments.get(hash) ?? registered.find(hash),
      only: config.persistedOnly,
    },
    introspection: config.introspection,
    maxCost: config.graphqlMaxCost,
    timeoutSeconds: config.graphqlTimeoutSeconds,
    takeCost: limited.workspaceLimits.takeGraphqlCost,
    log,
    metrics,
    ...asked,
    once: createOnce(authSecret),
  })
  const { apps } = config.browser
  const oauth = createOauth({ domain, apps, attempts, publicUrl, credentialsIn })
  const files = createFiles({ domain, ...asked })
  await tellExcess(store, log)
  log.info('API is ready')
  const pools = () => ({ runs: pool.use(), sign_in: poolUse(auth.tables.database) })
  return { domain, signIn, graphql, oauth, files, pools }
}
