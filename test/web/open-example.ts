import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { packagesNow } from '../support/built.ts'
import { freePort } from '../support/free-port.ts'
import { openWorld, type World } from './world.ts'

/** A frontend of `examples`, built, on another origin than Lockstep, in the window of an admin. */
export interface Example {
  world: World
  page: Page
  /** What the console of the page has said. */
  said: string[]
  close(): Promise<void>
}

/**
 * @param name the folder in `examples`.
 * @param app how Lockstep knows the frontend.
 */
export async function openExample(name: string, app: string): Promise<Example> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-example-'))
  const site = createServer(answerFile(folder))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  // The page checks which server has signed the person in.
  const port = String(await freePort())
  const address = { PORT: port, LOCKSTEP_PUBLIC_URL: `http://127.0.0.1:${port}` }
  const env = { ...address, LOCKSTEP_APPS: `${app}=${origin}/`, LOCKSTEP_CORS_ORIGINS: origin }
  const [world] = await Promise.all([openWorld({ env }), packagesNow()])
  await buildFor(world.app.url, name, folder)
  const page = await world.open('admin', '/')
  const said: string[] = []
  page.on('console', (message) => {
    // React recommends its tools.
    if (message.type() !== 'info') said.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`))
  await page.goto(origin)
  const close = async () => {
    await world.close()
    site.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { world, page, said, close }
}

async function buildFor(url: string, name: string, outDir: string): Promise<void> {
  process.env['VITE_LOCKSTEP_URL'] = url
  await build({
    root: `examples/${name}`,
    logLevel: 'warn',
    build: { outDir, minify: false, target: 'esnext' },
    // React and the cache warn in development alone.
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  delete process.env['VITE_LOCKSTEP_URL']
}

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' }

function answerFile(folder: string): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site')
    const name = pathname === '/' ? 'index.html' : pathname.slice(1)
    readFile(join(folder, name)).then(
      (content) =>
        response.setHeader('content-type', TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain').end(content),
      () => response.writeHead(404).end(),
    )
  }
}
