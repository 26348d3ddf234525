import type { BrowserContext, Page, Response } from 'playwright-core'

/** Records all that a page receives and sends, and can tell where a value is. */
export interface LeakWatch {
  /**
   * The places that contain the value. A sent value counts only if it was sent to an address that may not know it.
   */
  placesOf(value: string): Promise<string[]>
  /** How many requests carried the value. */
  timesSent(value: string): number
}

export function watchForLeaks(page: Page): LeakWatch {
  const said: string[] = []
  const addresses: string[] = []
  const sent: string[] = []
  const received: Promise<string>[] = []
  page.on('console', (message) => said.push(message.text()))
  page.on('pageerror', (error) => said.push(String(error.stack)))
  page.on('framenavigated', (frame) => addresses.push(frame.url()))
  page.on('request', (request) => {
    addresses.push(request.url(), JSON.stringify(request.headers()))
    sent.push(request.postData() ?? '')
  })
  page.on('response', (response) => received.push(textOf(response)))

  const places = async (): Promise<Record<string, string>> => ({
    console: said.join('\n'),
    addresses: addresses.join('\n'),
    responses: (await Promise.all(received)).join('\n'),
    page: await page.content(),
    ...(await stateOf(page)),
    cookies: JSON.stringify(await page.context().cookies()),
    storage: JSON.stringify(await storageOf(page.context())),
  })
  return {
    async placesOf(value) {
      const forms = formsOf(value)
      const found = Object.entries(await places()).filter(([, text]) => forms.some((it) => text.includes(it)))
      return found.map(([place]) => place)
    },
    timesSent: (value) => {
      const inJson = JSON.stringify(value).slice(1, -1)
      return sent.filter((body) => body.includes(inJson)).length
    },
  }
}

/**
 * The state that a script of the page could read: fields, history, storage. It is source text, since the tests
 * have no DOM types.
 */
async function stateOf(page: Page): Promise<Record<string, string>> {
  const state = await page.evaluate(`(async () => ({
    fields: [...document.querySelectorAll('input, textarea')].map((it) => it.value).join('\\n'),
    history: JSON.stringify([history.state, location.href, document.title]),
    localStorage: JSON.stringify(localStorage),
    sessionStorage: JSON.stringify(sessionStorage),
    databases: JSON.stringify(await indexedDB.databases()),
    caches: JSON.stringify(await caches.keys()),
  }))()`)
  return state as Record<string, string>
}

const storageOf = (context: BrowserContext) => context.storageState({ indexedDB: true })

async function textOf(response: Response): Promise<string> {
  const headers = JSON.stringify(response.headers())
  try {
    return `${headers}\n${await response.text()}`
  } catch {
    // A redirect, and a page that was left, have no body.
    return headers
  }
}

function formsOf(value: string): string[] {
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...['base64', 'base64url', 'hex'].map((it) => Buffer.from(value).toString(it as BufferEncoding)),
  ]
}

/** Whether the memory of the page's scripts still contains the text after a garbage collection. */
export async function memoryHolds(page: Page, text: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  return chunks.join('').includes(text)
}
