import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { Sensitive } from '../sensitive.ts'
import { changeLogins, type Login, readLogins } from './login-file.ts'
import { askOauth, CLIENT, loginFrom } from './oauth.ts'
import type { Credentials } from './session.ts'

// The access token is replaced so long before its end, so that no request meets it (milliseconds).
const EARLY_MS = 30_000

/** @param url of a server; undefined: that of the last `lockstep login`. */
export async function findLogin(url: string | undefined): Promise<Login | undefined> {
  const { current, logins } = await readLogins()
  return logins.find((it) => it.url === (url ?? current))
}

export async function keepLogin(login: Login): Promise<void> {
  await changeLogins(async ({ logins }) => {
    const others = logins.filter((it) => it.url !== login.url)
    return { logins: { current: login.url, logins: [...others, login] }, result: undefined }
  })
}

/** Ends the login at the server, and forgets it even if the server cannot be reached. @returns whether it ended there. */
export async function endLogin({ url, refresh }: Login): Promise<boolean> {
  const ended = await askOauth(url, 'revoke', { client_id: CLIENT, token: refresh })
    .then(({ status }) => status === 200)
    .catch(() => false)
  await changeLogins(async ({ current, logins }) => {
    const others = logins.filter((it) => it.url !== url)
    const next = current === url ? (others.at(-1)?.url ?? null) : current
    return { logins: { current: next, logins: others }, result: undefined }
  })
  return ended
}

/** @param workspace one that was asked for, in place of the one that was named at the login. */
export function loginCredentials(login: Login, workspace: string | undefined): Credentials {
  let held = login
  return {
    async token() {
      if (isOver(held)) held = await refresh(held.url)
      return new Sensitive(held.access)
    },
    workspace: workspace ?? login.workspace ?? undefined,
  }
}

const isOver = ({ expiresAt }: Login): boolean => expiresAt - EARLY_MS <= databaseTime().getTime()

/** Another command may have refreshed it meanwhile: two that used one refresh token would look like a theft. */
function refresh(url: string): Promise<Login> {
  return changeLogins(async (file) => {
    const login = file.logins.find((it) => it.url === url)
    if (!login) throw signInAgain()
    if (!isOver(login)) return { logins: file, result: login }
    const form = { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: login.refresh }
    const { status, answer } = await askOauth(url, 'token', form)
    if (status !== 200) throw signInAgain()
    const fresh = { ...loginFrom(url, answer), email: login.email, workspace: login.workspace }
    return {
      logins: { ...file, logins: file.logins.map((it) => (it.url === url ? fresh : it)) },
      result: fresh,
    }
  })
}

const signInAgain = (): AppError =>
  new AppError('INVALID_CONFIG', 'The login has ended. Sign in again: `lockstep login`.')
