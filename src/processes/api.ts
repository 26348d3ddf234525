import { type ServerParts, startServer } from '../api/server.ts'
import { readClientSecret } from '../api/sign-in/oidc.ts'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { createApiMetrics } from '../metrics/api-metrics.ts'
import { createGauges } from '../metrics/gauges.ts'
import { createMetrics } from '../metrics/process-metrics.ts'
import { packageFiles } from '../package-files.ts'
import { ClockWatch } from '../store/clock-watch.ts'
import { findPause } from '../store/pause.ts'
import { PauseWatch } from '../store/pause-watch.ts'
import { databaseChecks, rootCertificate } from '../store/readiness.ts'
import { openStore, type Store } from '../store/store.ts'
import { type OpenedServices, openServicesAtLast } from './api-services.ts'
import { embeddedFolder } from './cluster-folder.ts'
import { databaseUrl } from './database.ts'
import { gaugeSources } from './gauge-sources.ts'
import { readPersistedDocuments } from './persisted-documents.ts'
import { PLUGIN_IDLE_MS } from './plugins.ts'
import { watchReadiness } from './readiness-watch.ts'
import { refuseToListen } from './refuse-to-listen.ts'
import { Releasers } from './releasers.ts'
import { loadStepTypes } from './step-types.ts'
import { openTracing } from './tracing.ts'

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
  const { registry, close } = await loadStepTypes(config, log, PLUGIN_IDLE_MS)
  const ownDocuments = await readPersistedDocuments(config.persistedOnly)
  const { oidc } = config.signIn
  const oidcSecret = oidc && (await readClientSecret(oidc))
  const url = await databaseUrl(config, 'api')
  const undo = new Releasers()
  undo.add(close)
  // A way past a pooler is set where there is one, which takes each query to another connection.
  const store = await openStore(url, undefined, {
    prepared: config.directDatabaseUrl === undefined,
    commits: config.synchronousCommit,
  })
  undo.add(() => store.close())
  // Released after the server, whenever they open: the requests that it has received still need them.
  const undoServices = new Releasers()
  undo.add(() => undoServices.release())
  const open: OpenParts = { config, log, store, undo }
  const { clock, pause, served, metrics } = await watchServices(open)
  const port = await listen(open, served)
  // Only now: a process that cannot listen ends without having asked the database for anything.
  const parts = { config, oidcSecret, log, registry, ownDocuments, url, store, clock, pause, metrics }
  const stopping = new AbortController()
  const { promise: ready, resolve: announce } = Promise.withResolvers<void>()
  const opening = openServicesAtLast({ ...parts, undo: undoServices }, stopping.signal).then((opened) => {
    open.services = opened
    if (opened) announce()
  })
  undo.add(() => {
    stopping.abort()
    return opening
  })
  log.info({ url: config.publicUrl, port }, 'API listens')
  return { port, ready, stop: () => undo.release() }
}

interface OpenParts {
  config: Config
  log: Logger
  store: Store
  undo: Releasers
  /** Once they are open. */
  services?: OpenedServices | undefined
}

type Watched = Pick<ServerParts, 'services' | 'check' | 'metrics'>

/** What says whether the API does its work, to whoever asks its health and its metrics. */
async function watchServices(open: OpenParts) {
  const { config, log, store, undo } = open
  const metrics = createMetrics()
  const clock = new ClockWatch(store, log)
  undo.add(() => clock.stop())
  const folder = await embeddedFolder(config)
  const pause = new PauseWatch(() => findPause(store.em(), folder), log)
  undo.add(() => pause.stop())
  const started = { name: 'api', find: async () => (open.services ? undefined : 'the API is starting') }
  const clocks = { name: 'clock', find: async () => clock.problem() }
  const checks = [...databaseChecks, started, clocks, rootCertificate]
  const watch = watchReadiness({ store, checks, log, paused: () => pause.problem() })
  undo.add(() => watch.close())
  const { check } = watch
  const pools = () => open.services?.pools() ?? {}
  createGauges(metrics.registry, gaugeSources({ store, check, pools }))
  const served: Watched = { services: () => open.services, check, metrics }
  return { clock, pause, served, metrics: createApiMetrics(metrics.registry) }
}

/** @returns the port. */
async function listen({ config, log, undo }: OpenParts, served: Watched): Promise<number> {
  const tracing = await openTracing(config, 'api', log)
  undo.add(() => tracing?.close())
  const { accessLog, metricsToken, publicUrl, browser, signIn } = config
  const parts = {
    ...served,
    metricsToken,
    publicUrl,
    corsOrigins: browser.corsOrigins,
    trustedProxies: signIn.trustedProxies,
    webFolder: packageFiles.webApp,
    graphiql: browser.graphiql,
    tracing,
    accessLog,
    log,
  }
  const server = await startServer(parts, config.host, config.port).catch(async (error: unknown) => {
    await undo.release()
    return refuseToListen('PORT', config.host, config.port)(error)
  })
  undo.add(() => server.close())
  return server.port
}
