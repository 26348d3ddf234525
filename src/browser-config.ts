import type { EnvironmentReader } from './environment.ts'

/** Who may use the API from pages of another origin. */
export interface BrowserConfig {
  /** Origins whose pages may read answers, as a browser writes them. */
  readonly corsOrigins: ReadonlySet<string>
  /** The addresses to which a person is sent back with a code, by the id of the app. */
  readonly apps: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether GraphiQL is served. */
  readonly graphiql: boolean
}

const APP_ID = /^[A-Za-z0-9][\w.-]{0,63}$/
// The command line's own id, which signs in by a code (RFC 8628).
const COMMAND_LINE = 'lockstep-cli'
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

/**
 * Reads LOCKSTEP_CORS_ORIGINS, LOCKSTEP_APPS and LOCKSTEP_GRAPHIQL. What is wrong is collected by the reader.
 *
 * @param persistedOnly whether texts of documents are refused, which are all that GraphiQL sends.
 */
export function readBrowserConfig(reader: EnvironmentReader, persistedOnly: boolean): BrowserConfig {
  const origins = reader.list('LOCKSTEP_CORS_ORIGINS')
  const wrongOrigin = origins.find((it) => !isOrigin(it))
  if (wrongOrigin !== undefined)
    reader.refuse(
      'LOCKSTEP_CORS_ORIGINS',
      wrongOrigin,
      'exact origins such as https://app.example.com, in lower case, without a path, a slash at the end or *',
    )
  const apps = new Map<string, Set<string>>()
  for (const entry of reader.list('LOCKSTEP_APPS')) {
    const [, id = '', address = ''] = /^([^=]*)=(.*)$/.exec(entry) ?? []
    if (!APP_ID.test(id) || id === COMMAND_LINE || !isRedirect(address)) {
      reader.refuse(
        'LOCKSTEP_APPS',
        entry,
        'ID=ADDRESS, with the https address (or http on this machine) to which people return, without # and user info; lockstep-cli is taken',
      )
      break
    }
    apps.set(id, (apps.get(id) ?? new Set()).add(address))
  }
  const graphiql = reader.choice('LOCKSTEP_GRAPHIQL', ['on', 'off'], 'off') === 'on'
  if (graphiql && persistedOnly)
    reader.refuse('LOCKSTEP_GRAPHIQL', 'on', 'off where LOCKSTEP_PERSISTED_ONLY is on: GraphiQL sends texts')
  return { corsOrigins: new Set(origins), apps, graphiql }
}

/** Whether a browser would write the origin of a page so. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  return (
    url !== null && ['http:', 'https:'].includes(url.protocol) && url.origin === text && !text.includes('*')
  )
}

/** Codes are sent there, so that nobody on the way may read it (RFC 9700, section 2.6). */
function isRedirect(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.href !== text || /[#@*]/.test(text)) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname))
}
