import type { APIRequestContext, Browser, BrowserContext, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { connectBrowser } from '../support/browser.ts'
import { graphql } from './as-viewer.ts'

export const PASSWORD = 'correct horse battery'

export interface Screen {
  width: number
  height: number
}

/** A real Lockstep, a real browser, and the workspace `acme` with an admin (Ada) and a member (Grace) in it. */
export interface World {
  app: TestApp
  browser: Browser
  /** A new window at the address `path`, in which that person is signed in. Without a person, it is signed out. */
  open(person: 'admin' | 'member' | undefined, path: string, screen?: Screen): Promise<Page>
  /**
   * Takes a window back from a test, so that a later one gets it from {@link open}: a new one takes as much processor
   * time again as its page. Handlers, settings and what the page stored do not stay. The person has to be signed in still.
   */
  leave(page: Page): Promise<void>
  /** Sends requests with a session of that person. It costs less than a window. */
  callers: Readonly<Record<'admin' | 'member', APIRequestContext>>
  close(): Promise<void>
}

const wide = { width: 1280, height: 800 }
const people = {
  admin: { name: 'Ada Lovelace', email: 'ada@example.com' },
  member: { name: 'Grace Hopper', email: 'grace@example.com' },
}

export async function openWorld(options: TestAppOptions = {}): Promise<World> {
  const [app, browser] = await Promise.all([startTestApp(options), connectBrowser()])
  const sessions = await populate(await browser.newContext({ baseURL: app.url }))
  const left = new Map<Person | undefined, Page[]>()
  const owners = new WeakMap<Page, Person | undefined>()
  const openWindow = async (person: Person | undefined, viewport: Screen): Promise<Page> => {
    const session = person && { storageState: sessions[person] }
    const context = await browser.newContext({ viewport, baseURL: app.url, ...session })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    owners.set(page, person)
    return page
  }
  const open: World['open'] = async (person, path, screen = wide) => {
    const page = left.get(person)?.pop() ?? (await openWindow(person, screen))
    await page.setViewportSize(screen)
    await page.goto(path)
    return page
  }
  const leave: World['leave'] = async (page) => {
    const person = owners.get(page)
    await clear(page, person && sessions[person])
    left.set(person, [...(left.get(person) ?? []), page])
  }
  const callerOf = async (person: Person) =>
    (await browser.newContext({ baseURL: app.url, storageState: sessions[person] })).request
  return {
    app,
    browser,
    open,
    leave,
    callers: { admin: await callerOf('admin'), member: await callerOf('member') },
    async close() {
      await browser.close()
      await app.close()
    },
  }
}

/**
 * Waits until a page has moved the focus to its heading, as it does when it appears. A key that is pressed earlier
 * would miss its button in the navigation.
 */
export async function untilHeadingHasFocus(page: Page, heading: string): Promise<void> {
  const hasFocus = async () => (await page.evaluate('document.activeElement.textContent')) === heading
  await vi.waitUntil(hasFocus, { timeout: 20_000 })
}

type Person = keyof typeof people
type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** A document of ours without a script. The window keeps its process there, and what it has compiled; on `about:blank` it does not. */
const EMPTY = '/favicon.svg'

async function clear(page: Page, session: Session = { cookies: [], origins: [] }): Promise<void> {
  const context = page.context()
  page.removeAllListeners()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await context.setOffline(false)
  // Where something is typed, the browser asks before the page is left.
  page.once('dialog', (question) => void question.accept())
  // A page that was offline may load itself again in the same moment, which takes the place of the first try.
  await page.goto(EMPTY).catch(() => page.goto(EMPTY))
  page.removeAllListeners()
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
  // Playwright would open one more page for what is stored.
  await page.evaluate('localStorage.clear(); sessionStorage.clear()')
  await context.clearCookies()
  await context.addCookies(session.cookies)
}

/** Signs both up, which is slow by design and limited. @returns the session of each, for all of their windows. */
async function populate(context: BrowserContext): Promise<Record<Person, Session>> {
  const admin = await signUp(context, people.admin)
  const workspace = { input: { id: 'acme', name: 'Acme' } }
  const create = 'mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }'
  await graphql(context.request, create, workspace)
  const invite = `mutation($input: InviteMemberInput!) {
    inviteMember(input: $input) { ... on InviteMemberSuccess { url } }
  }`
  const input = { workspace: 'acme', email: people.member.email, role: 'MEMBER' }
  const { inviteMember } = (await graphql(context.request, invite, { input })) as {
    inviteMember: { url: string }
  }
  const invitation = new URL(inviteMember.url).hash.slice(1)
  const member = await signUp(context, { ...people.member, invitation })
  await context.close()
  return { admin, member }
}

async function signUp(context: BrowserContext, person: object): Promise<Session> {
  const data = { ...person, password: PASSWORD }
  const response = await context.request.post('/api/auth/sign-up/email', { data })
  expect(response.ok()).toBe(true)
  return context.storageState()
}
