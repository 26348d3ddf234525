import { createApiRequest } from '../client/api-request.ts'
import { loginByDevice } from '../client/device-login.ts'
import { endLogin, findLogin, keepLogin, loginCredentials } from '../client/login.ts'
import type { Login } from '../client/login-file.ts'
import { readViewer, type Viewer } from '../client/session.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { row, type Told } from './api-command.ts'

export interface LoginOptions {
  workspace?: string
  json?: true
}

export async function runLogin(
  config: Config,
  given: string | undefined,
  options: LoginOptions,
): Promise<Told> {
  const url = given === undefined ? (config.apiUrl ?? config.publicUrl) : readUrl(given)
  const login = await loginByDevice(url, {
    show({ url: page, completeUrl, code, minutes }) {
      process.stderr.write(
        `Open ${page} and enter the code ${code}, or open\n  ${completeUrl}\nIt works for ${minutes} minutes.\n`,
      )
    },
  })
  const viewer = await viewerOf(login)
  const workspace = options.workspace ?? null
  if (workspace !== null && !viewer.workspaces.some((it) => it.id === workspace)) {
    await endLogin(login)
    throw new AppError('NOT_FOUND', `You are in no workspace ${workspace}. You are in ${namesOf(viewer)}.`)
  }
  const replaced = await findLogin(url).catch(() => undefined)
  await keepLogin({ ...login, email: viewer.email, workspace })
  // The one before would stay in the list of sessions, with nobody who has its tokens.
  if (replaced) await endAtServer(replaced)
  return toldOf({ ...login, workspace }, viewer)
}

export async function runLogout({ apiUrl }: Config): Promise<Told> {
  const login = await signedIn(apiUrl)
  const ended = await endLogin(login)
  const line = ended
    ? `The login at ${login.url} has ended.`
    : `The login is forgotten here, but ${login.url} could not be told. End it there, on the Security page.`
  return { json: { url: login.url, endedAtServer: ended }, lines: [line] }
}

export async function runWhoami({ apiUrl }: Config): Promise<Told> {
  const login = await signedIn(apiUrl)
  return toldOf(login, await viewerOf(login))
}

async function signedIn(url: string | undefined): Promise<Login> {
  const login = await findLogin(url)
  if (login) return login
  throw new AppError(
    'INVALID_CONFIG',
    `Nobody has signed in${url ? ` at ${url}` : ''}. Run \`lockstep login\`.`,
  )
}

function viewerOf(login: Login): Promise<Viewer> {
  return readViewer(createApiRequest(login.url, loginCredentials(login, undefined).token))
}

async function endAtServer(login: Login): Promise<void> {
  const { askOauth, CLIENT } = await import('../client/oauth.ts')
  await askOauth(login.url, 'revoke', { client_id: CLIENT, token: login.refresh }).catch(() => undefined)
}

const namesOf = ({ workspaces }: Viewer): string => workspaces.map((it) => it.id).join(', ') || 'none'

function toldOf(
  { url, workspace }: Pick<Login, 'url' | 'workspace'>,
  { name, email, workspaces }: Viewer,
): Told {
  const listed = workspaces.map(({ id, name: title, viewerRole: role }) => ({ id, name: title, role }))
  return {
    json: { url, email, workspace, workspaces: listed },
    lines: [
      `${name} (${email ?? 'no email'}) at ${url}`,
      ...listed.map((it) => row(it.id, it.role, it.name, ...(it.id === workspace ? ['default'] : []))),
    ],
  }
}

/** @throws AppError INVALID_CONFIG for what is no address. A token must not cross a network in the clear. */
function readUrl(text: string): string {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`)
  if (
    !url ||
    !['https:', 'http:'].includes(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ''
  )
    throw new AppError('INVALID_CONFIG', 'The address is no https or http address of a server.')
  return url.href.replace(/\/+$/, '')
}
