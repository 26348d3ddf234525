import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, inject } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import type { Limits } from '../../src/limits-config.ts'
import { createLogger, type Logger } from '../../src/log.ts'
import { startApi } from '../../src/processes/api.ts'
import { Releasers } from '../../src/processes/releasers.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { main } from './built.ts'
import { type CanaryPlaces, expectNoCanary } from './canary.ts'
import { type Client, createClient } from './client.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { startLockstep } from './lockstep-process.ts'
import { collectNotifications } from './notifications.ts'
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts'

/** A whole Lockstep inside the test's process, on its own database, that keeps its logs, answers and notifications. */
export interface TestApp extends CanaryPlaces {
  /** The address of the API, without a slash at the end. */
  url: string
  /** The address of the worker's metrics; undefined without a worker. */
  workerUrl: string | undefined
  /** What receives the spans, if they are sent. */
  spans: OtlpReceiver | undefined
  database: TestDatabase
  config: Config
  log: string[]
  responses: string[]
  logger: Logger
  /** A client that is not signed in. */
  anonymous: Client
  /** A new client that is not signed in yet. */
  visitor(): Client
  /** Signs a new person up. */
  signUp(name: string, email?: string): Promise<Client>
  /** A client with an API token. */
  withToken(token: string): Client
  expectNoCanary(...values: string[]): Promise<void>
  /** Stops the worker alone; it goes from the list of workers and takes no further run. */
  stopWorker(): Promise<void>
  /** Stops only the API. @returns a function that starts it again on the same port. */
  stopApi(): Promise<() => Promise<void>>
  close(): Promise<void>
}

export interface TestAppOptions {
  /** Whether a worker runs as well; true by default. */
  worker?: boolean
  /** Whether the shared root key is in its place, as on a machine that is not empty; true by default. */
  rootKey?: boolean
  /** Whether both processes send spans; false by default. */
  traces?: boolean
  /** Besides the settings of every test. */
  env?: NodeJS.ProcessEnv
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { worker = true, rootKey = true, traces = false, env = {} } = options
  const undo = new Releasers()
  const spans = traces ? await startOtlpReceiver() : undefined
  undo.add(() => spans?.close())
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-app-'))
  undo.add(() => rm(folder, { recursive: true, force: true }))
  const database = await createTestDatabase()
  undo.add(() => database.drop())
  const heard = collectNotifications(database)
  undo.add(heard.stop)
  const config = readConfig({
    PORT: '0',
    LOCKSTEP_DATA: folder,
    DATABASE_URL: database.url.reveal(),
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8',
    LOCKSTEP_SIGN_UP: 'open',
    LOCKSTEP_LOG: 'trace',
    LOCKSTEP_ACCESS_LOG: 'on',
    ...spans?.env,
    ...env,
  })
  if (rootKey) await copyFile(inject('rootKeyFile'), config.rootKeyFile)
  const log: string[] = []
  const logger = createLogger(config.logLevel, 'test', collect(log))
  const running = worker ? await startWorker(config, logger) : undefined
  const stopWorker = async () => running?.stop()
  undo.add(stopWorker)
  const launchApi = (port: number) =>
    isApiApart ? startApiApart(config, port, log, env) : startApi({ ...config, port }, logger)
  let api = await launchApi(config.port)
  undo.add(() => api.stop())
  const url = `http://127.0.0.1:${api.port}`
  const stopApi = async () => {
    await api.stop()
    return async () => {
      api = await launchApi(api.port)
      await untilReady(url)
    }
  }
  await untilReady(url)
  const workerUrl = running && `http://127.0.0.1:${running.port}`
  const responses: string[] = []
  const told = async () => {
    const urls = [url, ...(workerUrl === undefined ? [] : [workerUrl])]
    // A process that the test has stopped has nothing more to tell.
    const texts = urls.map((it) =>
      fetch(`${it}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      ),
    )
    return [...(await Promise.all(texts)), ...((await spans?.untilQuiet()) ?? [])]
  }
  const client = (headers: Record<string, string>) => createClient(url, responses, headers)
  return {
    url,
    workerUrl,
    spans,
    database,
    config,
    log,
    responses,
    logger,
    anonymous: client({}),
    visitor: () => client({}),
    signUp: async (name, email) => {
      const person = client({})
      await person.signUp(name, email)
      return person
    },
    withToken: (token) => client({ authorization: `Bearer ${token}` }),
    notifications: heard.payloads,
    expectNoCanary: async (...values) => {
      await heard.caughtUp()
      const places = { database, log, responses, notifications: heard.payloads, told: await told() }
      await expectNoCanary(values, places)
    },
    stopWorker,
    stopApi,
    close: () => undo.release(),
  }
}

/** Whether the API runs in a separate process without access to a private key. */
const isApiApart = process.env['TEST_API'] === 'apart'

const OF_SIGN_IN = /^LOCKSTEP_(?:APPS|CORS_ORIGINS|OIDC|SMTP|MAIL|TRUSTED_PROXIES|PASSWORD_SIGN_IN)/

/** The API with an empty data folder of its own, and no setting that names a key. */
async function startApiApart(
  config: Config,
  port: number,
  log: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-api-'))
  const api = startLockstep(
    [main, 'api'],
    {
      PORT: String(port),
      DATABASE_URL: config.databaseUrl?.reveal(),
      LOCKSTEP_DATA: folder,
      LOCKSTEP_PLUGINS: config.plugins.join(','),
      LOCKSTEP_SIGN_UP: config.signUp,
      LOCKSTEP_INTROSPECTION: config.introspection,
      LOCKSTEP_PERSISTED_ONLY: config.persistedOnly ? 'on' : 'off',
      ...(!config.publicUrl.startsWith('http://localhost') && { LOCKSTEP_PUBLIC_URL: config.publicUrl }),
      LOCKSTEP_GRAPHQL_MAX_COST: String(config.graphqlMaxCost),
      LOCKSTEP_GRAPHQL_TIMEOUT_SECONDS: String(config.graphqlTimeoutSeconds),
      ...limitSettings(config.limits),
      LOCKSTEP_LOG: config.logLevel,
      LOCKSTEP_ACCESS_LOG: config.accessLog ? 'on' : 'off',
      ...Object.fromEntries(Object.entries(env).filter(([name]) => OF_SIGN_IN.test(name))),
    },
    log,
  )
  const listens = await api.untilSays(/"msg":"API listens"/)
  return {
    port: JSON.parse(listens).port,
    stop: async () => {
      await api.stop()
      // The API has not made a key of its own either.
      expect(await readdir(folder)).toEqual([])
      await rm(folder, { recursive: true })
    },
  }
}

const limitSettings = (limits: Limits) => ({
  LOCKSTEP_HOOK_CALLS_PER_MINUTE: String(limits.hookCallsPerMinute),
  LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE: String(limits.workspaceHookCallsPerMinute),
  LOCKSTEP_RUN_STARTS_PER_MINUTE: String(limits.runStartsPerMinute),
  LOCKSTEP_MAX_QUEUED_RUNS: String(limits.queuedRuns),
  LOCKSTEP_WORKSPACE_MAX_MIB: String(limits.storedMib),
  LOCKSTEP_GRAPHQL_COST_PER_MINUTE: String(limits.graphqlCostPerMinute),
  LOCKSTEP_MAX_WORKSPACES: String(limits.workspacesPerPerson),
  LOCKSTEP_SCHEDULE_MIN_SECONDS: String(limits.scheduleMinSeconds),
})

export function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
}

/** It answers requests. Without a worker it may not be ready for its main job. */
async function untilReady(url: string): Promise<void> {
  for (;;) {
    if ((await fetch(`${url}/graphql?query={__typename}`)).status !== 503) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
