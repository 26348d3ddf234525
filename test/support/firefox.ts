import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, firefox } from 'playwright-core'

const MAC = '/Applications/Firefox.app/Contents/MacOS/firefox'

/** The Firefox of this machine, as its maker built it; undefined where there is none. */
export function findFirefox(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const places = folders.flatMap((folder) => [join(folder, 'firefox-esr'), join(folder, 'firefox')])
  return [...places, MAC].find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A real Firefox without a window. Playwright speaks WebDriver BiDi with it, as only its own builds know its protocol. */
export async function startFirefox(executablePath: string): Promise<Browser> {
  const browser = await firefox.launch({ channel: 'moz-firefox', executablePath })
  answerForFirefox(browser)
  return browser
}

interface Session {
  send(method: string, parameters: object): Promise<object>
}

/**
 * Playwright sets the colour scheme of every window, and Firefox 153, which Debian has, does not know that command: no
 * window would open. The command is answered here instead. Once no supported Firefox lacks it, this goes.
 */
function answerForFirefox(browser: Browser): void {
  const { _connection } = browser as unknown as {
    _connection: { toImpl(of: Browser): { _browserSession: Session } }
  }
  const sessions = Object.getPrototypeOf(_connection.toImpl(browser)._browserSession) as Session
  const { send } = sessions
  sessions.send = function (method, parameters) {
    if (method === 'emulation.setMediaFeaturesOverride') return Promise.resolve({})
    return send.call(this, method, parameters)
  }
}
