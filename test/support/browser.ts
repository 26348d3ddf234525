import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core'
import { inject } from 'vitest'

const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))

/**
 * Connects to the browser that {@link startBrowser} runs for all test files. The windows of a file close with its
 * connection.
 */
export function connectBrowser(): Promise<Browser> {
  return chromium.connect(inject('browserUrl'))
}

/** A real Chromium without a window: an installed one, or else the one from a development dependency. */
export async function startBrowser(): Promise<BrowserServer> {
  for (const channel of ['chrome', 'chromium', 'msedge']) {
    try {
      return await chromium.launchServer({ channel, args: sandboxArgs() })
    } catch {
      // It is not installed, or cannot start here.
    }
  }
  return await chromium.launchServer(await bundledChromium())
}

/** As root, as in many containers, Chromium refuses to start with its sandbox. */
function sandboxArgs(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : []
}

async function bundledChromium(): Promise<LaunchOptions> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The browser tests need a browser: install Chrome, Chromium or Edge.')
  }
  const folder = await unpackedChromium()
  return {
    executablePath: join(folder, 'chromium'),
    args: [...sandboxArgs(), '--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  }
}

/**
 * The folder of the unpacked Chromium. It is unpacked beside its place and then moved there. So simultaneous test
 * files, or a killed one, never leave half a browser.
 */
async function unpackedChromium(): Promise<string> {
  const folder = join(cache, `chromium-${await bundledVersion()}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(`${folder}-`)
  await unpackInto(fresh)
  await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontConfiguration(folder))
  try {
    await rename(fresh, folder)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

async function bundledVersion(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const text = await readFile(join(entry, '..', '..', 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** The environment tells the package where to unpack, and not to use the system's libraries. */
async function unpackInto(folder: string): Promise<void> {
  const wanted = { TMPDIR: folder, AWS_EXECUTION_ENV: '', AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const)
  const { LD_LIBRARY_PATH: libraryPath } = process.env
  Object.assign(process.env, wanted)
  try {
    const { default: bundled } = await import('@sparticuz/chromium')
    await bundled.executablePath()
  } finally {
    for (const [name, value] of [...before, ['LD_LIBRARY_PATH', libraryPath] as const]) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`
}
