import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import { packageFiles } from '../package-files.ts'
import type { Supervisor } from '../supervisor.ts'
import { Releasers } from './releasers.ts'
import { type Addresses, prepareDatabase, superviseInstance } from './start.ts'

const { root } = packageFiles

/**
 * The sources of API and worker. Of the web app, they include the documents that the API knows by their hashes.
 */
const serverSources = ['src', 'plugins', 'web/src/gql']

/** Whether generated files depend on the file. */
const isGeneratedFrom = (file: string): boolean => file.endsWith('.graphql') || file.startsWith('src/api/')

// An editor may save several files at once, or one file in several writes. They count as one change within this
// time.
const SETTLE_MS = 150

/**
 * An instance for work on Lockstep itself. API and worker restart when their sources change. Vite reloads the page
 * and forwards requests to the API. Generated files are generated again.
 */
export async function startDevelopment(
  config: Config,
  log: Logger,
  stopping: AbortSignal,
): Promise<{ stop(): Promise<void> }> {
  const undo = new Releasers()
  try {
    const addresses = await prepareDatabase(config, log, undo, stopping)
    const processes = new RestartingProcesses(config, addresses, log)
    undo.add(() => processes.stop())
    undo.add(watchSources(serverSources, () => processes.restart()))
    undo.add(watchSources(['src/api', 'web/src'], (files) => files.some(isGeneratedFrom) && generate(log)))
    undo.add(await serveWebApp(config, log))
    return { stop: () => undo.release() }
  } catch (error) {
    await undo.release()
    throw error
  }
}

/** Worker and API. Both restart after each change; a change during a restart causes another one. */
class RestartingProcesses {
  readonly #start: () => Supervisor
  #supervisor: Supervisor
  #changing: Promise<void> = Promise.resolve()

  constructor(config: Config, addresses: Addresses, log: Logger) {
    this.#start = () => {
      const started = performance.now()
      return superviseInstance(config, addresses, log, (role) => {
        log.info({ ms: Math.round(performance.now() - started) }, `The ${role} runs`)
      })
    }
    this.#supervisor = this.#start()
  }

  restart(): void {
    this.#changing = this.#changing.then(async () => {
      await this.#supervisor.stop()
      this.#supervisor = this.#start()
    })
  }

  async stop(): Promise<void> {
    await this.#changing
    await this.#supervisor.stop()
  }
}

/**
 * Calls back with the changed files, relative to the root, once they have settled. @returns a function that ends
 * the watch.
 */
function watchSources(folders: readonly string[], onChange: (files: readonly string[]) => void): () => void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const watchers = folders.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (file === null) return
      changed.add(join(folder, file))
      clearTimeout(timer)
      timer = setTimeout(() => {
        onChange([...changed])
        changed.clear()
      }, SETTLE_MS)
    }),
  )
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}

let generating: Promise<unknown> = Promise.resolve()

/** Runs `npm run generate`, one at a time. It reports itself what is wrong with a schema or a document. */
function generate(log: Logger): void {
  generating = generating.then(async () => {
    const npm = spawn('npm', ['run', '-s', 'generate'], { cwd: root, stdio: 'inherit', shell: true })
    const [code] = await once(npm, 'exit')
    log.info({ code }, 'Schema and documents were generated')
  })
}

/** @returns a function that stops Vite's server. */
async function serveWebApp(config: Config, log: Logger): Promise<() => Promise<void>> {
  // Vite is a development dependency, which is not needed at run time.
  const { createServer } = await import('vite')
  const api = { target: `http://127.0.0.1:${config.port}`, changeOrigin: false }
  const server = await createServer({
    configFile: join(root, 'web/vite.config.ts'),
    server: { proxy: { '/graphql': api, '/api': api, '/hooks': api, '/docs': api } },
  })
  await server.listen()
  log.info(`Open ${server.resolvedUrls?.local[0]}: pages, API and worker follow what you change`)
  return () => server.close()
}
