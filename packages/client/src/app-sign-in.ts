/** Sign-in of an app on another origin, in browsers: authorization code with PKCE (RFC 6749, 7636, 9207). */

export interface AppSettings {
  /** The address of Lockstep (`LOCKSTEP_PUBLIC_URL`), such as `https://lockstep.example.com`. */
  server: string
  /** The name under which the operator registered the app (`LOCKSTEP_APPS`). */
  app: string
  /** Where people come back to, exactly as registered. */
  redirectUri: string
}

export interface AppSignIn {
  /** Leaves for Lockstep's page, where the person signs in and is asked. What awaits it does not go on: this page ends. */
  start(): Promise<never>
  /**
   * To be called when the page has loaded. Takes the answer out of its address, if it has one.
   *
   * @returns whether a person is signed in. @throws Error when the answer is of no sign-in that this page began, or is refused.
   */
  finish(): Promise<boolean>
  /** As the global `fetch`, in the name of the person: with an access token, which is renewed in time. */
  fetch: typeof fetch
  /** Ends what the app was given, on the server too. */
  end(): Promise<void>
}

interface Tokens {
  access_token: string
  refresh_token: string
  expires_in: number
}

/** What a page has and Node has not. */
interface Page {
  location: { href: string; assign(url: string): void }
  history: { replaceState(state: null, unused: string, url: string): void }
  sessionStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  localStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  navigator: { locks: { request<T>(name: string, work: () => Promise<T>): Promise<T> } }
}

// An access token is renewed so long (milliseconds) before it ends.
const EARLY = 30_000

/**
 * The access token is kept in memory, and the refresh token in `localStorage`: all tabs of the app use the same one, each after
 * the other, since it works once.
 */
export function createAppSignIn(settings: AppSettings): AppSignIn {
  const page = globalThis as unknown as Page
  const tokens = new TokenKeeper(settings, page)
  let finished: Promise<boolean> | undefined
  return {
    start: () => start(settings, page),
    finish: () => {
      finished ??= finish(settings, page, tokens)
      return finished
    },
    async fetch(input, init) {
      const token = await tokens.access()
      const headers = new Headers(init?.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      return fetch(input, { ...init, headers })
    },
    end: () => tokens.end(),
  }
}

const attemptKey = ({ app }: AppSettings) => `lockstep.${app}.attempt`

async function start(settings: AppSettings, page: Page): Promise<never> {
  const { server, app, redirectUri } = settings
  const attempt = { verifier: randomText(), state: randomText() }
  page.sessionStorage.setItem(attemptKey(settings), JSON.stringify(attempt))
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(attempt.verifier))
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: app,
    redirect_uri: redirectUri,
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
    state: attempt.state,
  })
  page.location.assign(`${new URL('/authorize', server)}?${asked}`)
  // The browser goes on with the script until the other page is there. It would ask without a token.
  return new Promise(() => undefined)
}

async function finish(settings: AppSettings, page: Page, tokens: TokenKeeper): Promise<boolean> {
  const given = new URL(page.location.href).searchParams
  const state = given.get('state')
  if (state === null) return tokens.areKept()
  const attempt = JSON.parse(page.sessionStorage.getItem(attemptKey(settings)) ?? '{}')
  page.sessionStorage.removeItem(attemptKey(settings))
  // The code is in no address that is copied or goes into the history.
  page.history.replaceState(null, '', settings.redirectUri)
  // Stops a page of others that signs people in to an account of its own, and an answer of another server (RFC 9207).
  if (attempt.state !== state || originOf(given.get('iss') ?? '') !== originOf(settings.server))
    throw new Error('This answer belongs to no sign-in that began here. Sign in again.')
  const code = given.get('code')
  if (code === null) return false
  await tokens.ask({
    grant_type: 'authorization_code',
    code,
    code_verifier: attempt.verifier,
    redirect_uri: settings.redirectUri,
  })
  return tokens.areKept()
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : undefined)

class TokenKeeper {
  readonly #settings: AppSettings
  readonly #page: Page
  #access: { token: string; until: number } | undefined

  constructor(settings: AppSettings, page: Page) {
    this.#settings = settings
    this.#page = page
  }

  get #key(): string {
    return `lockstep.${this.#settings.app}.refresh`
  }

  areKept(): boolean {
    return this.#page.localStorage.getItem(this.#key) !== null
  }

  async access(): Promise<string | undefined> {
    const known = () =>
      this.#access && this.#access.until - EARLY > Date.now() ? this.#access.token : undefined
    if (known()) return known()
    // A refresh token that is shown twice ends everything: tabs wait for each other.
    await this.#page.navigator.locks.request(this.#key, async () => {
      const refresh_token = this.#page.localStorage.getItem(this.#key)
      if (!known() && refresh_token !== null) await this.ask({ grant_type: 'refresh_token', refresh_token })
    })
    return known()
  }

  /** @throws Error when the server cannot be asked now; a grant that has ended is forgotten. */
  async ask(form: Record<string, string>): Promise<void> {
    const response = await this.#send('token', form)
    if (response.ok) {
      const { access_token, refresh_token, expires_in } = (await response.json()) as Tokens
      this.#access = { token: access_token, until: Date.now() + expires_in * 1000 }
      this.#page.localStorage.setItem(this.#key, refresh_token)
    } else if (response.status === 400) {
      this.#forget()
    } else throw new Error(`Lockstep cannot sign you in now: it answers with the status ${response.status}.`)
  }

  async end(): Promise<void> {
    const token = this.#page.localStorage.getItem(this.#key)
    this.#forget()
    if (token !== null) await this.#send('revoke', { token })
  }

  #forget(): void {
    this.#access = undefined
    this.#page.localStorage.removeItem(this.#key)
  }

  #send(path: 'token' | 'revoke', form: Record<string, string>): Promise<Response> {
    const { server, app } = this.#settings
    const body = new URLSearchParams({ ...form, client_id: app })
    return fetch(new URL(`/api/oauth/${path}`, server), { method: 'POST', body })
  }
}

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)))

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
