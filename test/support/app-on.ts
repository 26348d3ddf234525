import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/log.ts'
import { startApi } from '../../src/processes/api.ts'
import { Releasers } from '../../src/processes/releasers.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { collect } from './app.ts'
import { type Client, createClient } from './client.ts'

/** An API and a worker inside the test's process, on a database of the test's own. */
export interface AppOn {
  /** The address of the API. */
  url: string
  workerUrl: string
  /** What processes of the same instance are started with. */
  env: NodeJS.ProcessEnv
  log: string[]
  visitor(): Client
  /** The answer of `/readyz`. */
  readiness(of?: 'api' | 'worker'): Promise<{ status: number; reason: string | undefined }>
  close(): Promise<void>
}

export async function startAppOn(databaseUrl: string, extra: NodeJS.ProcessEnv = {}): Promise<AppOn> {
  const undo = new Releasers()
  const data = await mkdtemp(join(tmpdir(), 'lockstep-data-'))
  undo.add(() => rm(data, { recursive: true, force: true }))
  const env = {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    LOCKSTEP_DATA: data,
    LOCKSTEP_SIGN_UP: 'open',
    LOCKSTEP_EGRESS_ALLOW: '127.0.0.1',
    ...extra,
  }
  const config = readConfig(env)
  await copyFile(inject('rootKeyFile'), config.rootKeyFile)
  const log: string[] = []
  const logger = createLogger('info', 'test', collect(log))
  const worker = await startWorker(config, logger)
  undo.add(() => worker.stop())
  const api = await startApi(config, logger)
  undo.add(() => api.stop())
  await api.ready
  const url = `http://127.0.0.1:${api.port}`
  const workerUrl = `http://127.0.0.1:${worker.port}`
  return {
    url,
    workerUrl,
    env,
    log,
    visitor: () => createClient(url, [], {}),
    async readiness(of = 'api') {
      const response = await fetch(`${of === 'api' ? url : workerUrl}/readyz`)
      const { reason } = (await response.json()) as { reason?: string }
      return { status: response.status, reason }
    },
    close: () => undo.release(),
  }
}
